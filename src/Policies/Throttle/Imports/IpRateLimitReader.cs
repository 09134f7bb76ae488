using System.Globalization;
using Microsoft.Extensions.Configuration;
using Weir.Policies.Throttle.Matching;

namespace Weir.Policies.Throttle.Imports;

/// <summary>
/// Reads AspNetCoreRateLimit's sections where its users have them, at the top of the configuration. What it does not know is noted
/// and let be: the sections are not ours.
/// </summary>
internal sealed class IpRateLimitReader
{
    /// <summary>The sections.</summary>
    public const string Section = "IpRateLimiting";

    /// <inheritdoc cref="Section"/>
    public const string PoliciesSection = "IpRateLimitPolicies";

    /// <summary>Rules of both sections together.</summary>
    public const int MaxRules = 1024;

    /// <summary>Different periods of all rules.</summary>
    public const int MaxPeriods = 64;

    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        ["RealIpHeader"] = "who the client is says Weir:ClientAddress",
        ["ClientIdHeader"] = "clients are told apart by address",
        ["ClientWhitelist"] = "clients are told apart by address",
        ["DisableRateLimitHeaders"] = "headers are Weir:Throttle:Headers",
        ["RateLimitCounterPrefix"] = "counters are not kept under names",
        ["IpPolicyPrefix"] = "policies are read from the configuration",
        ["EnableRegexRuleMatching"] = "endpoints are patterns with * and ?",
    };

    private readonly IConfiguration _root;
    private int _rules;

    private IpRateLimitReader(IConfiguration root) => _root = root;

    /// <summary>Every fault, as a sentence that begins with the key.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>What was read and does nothing here.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What the sections say; null when there are none.</summary>
    public IpRateLimits? Limits { get; private set; }

    /// <summary>Reads both sections.</summary>
    public static IpRateLimitReader Read(IConfiguration root)
    {
        var reader = new IpRateLimitReader(root);
        if (root.GetSection(Section).Exists() || root.GetSection(PoliciesSection).Exists())
            reader.Read();
        return reader;
    }

    private void Read()
    {
        var section = _root.GetSection(Section);
        NoteUnknown(section);
        var quota = section.GetSection("QuotaExceededResponse");
        var status = Number(quota, "StatusCode", Number(section, "HttpStatusCode", 429, 400, 599), 400, 599);
        var general = Rules(section.GetSection("GeneralRules"));
        var policies = new List<(string Ip, IReadOnlyList<RateLimitRule> Rules)>();
        foreach (var policy in _root.GetSection($"{PoliciesSection}:IpRules").GetChildren())
        {
            var ip = policy["Ip"] ?? "";
            CheckClient($"{policy.Path}:Ip", ip);
            policies.Add((ip, Rules(policy.GetSection("Rules"))));
        }

        if (general.Concat(policies.SelectMany(p => p.Rules)).Select(r => r.Period).Distinct().Count() is > MaxPeriods and var periods)
            Errors.Add($"{Section} has {periods} different periods; allowed: at most {MaxPeriods}.");
        Limits = new IpRateLimits
        {
            IsByEndpoint = Flag(section, "EnableEndpointRateLimiting"),
            StacksRefused = Flag(section, "StackBlockedRequests"),
            Status = status,
            Content = quota["Content"] ?? section["QuotaExceededMessage"],
            ContentType = quota["ContentType"] ?? "text/plain",
            AllowedClients = Texts(section.GetSection("IpWhitelist"), CheckClient),
            AllowedEndpoints = Texts(section.GetSection("EndpointWhitelist"), CheckEndpoint),
            General = general,
            Policies = policies,
        };
        if (Limits.ContentType.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
            Errors.Add($"{quota.Path}:ContentType has control characters; allowed: a media type.");
    }

    private List<RateLimitRule> Rules(IConfigurationSection section)
    {
        var rules = new List<RateLimitRule>();
        foreach (var rule in section.GetChildren())
        {
            if (++_rules > MaxRules)
            {
                Errors.Add($"{rule.Path} is rule {_rules}; allowed: at most {MaxRules}.");
                break;
            }

            var (endpoint, period, limit) = (rule["Endpoint"], RatePeriod.Parse(rule["Period"]), Number(rule, "Limit", -1, 0, int.MaxValue));
            if (!RateLimitRule.IsEndpoint(endpoint))
                CheckEndpoint($"{rule.Path}:Endpoint", endpoint ?? "");
            if (period is null)
                Errors.Add($"{rule.Path}:Period is '{rule["Period"]}'; allowed: {RatePeriod.Allowed}.");
            if (rule["Limit"] is null)
                Errors.Add($"{rule.Path}:Limit is missing; allowed: 0 to {int.MaxValue}.");
            if (limit >= 0 && period is { } length && RateLimitRule.IsEndpoint(endpoint))
                rules.Add(new RateLimitRule(endpoint!, length, limit));
        }

        return rules;
    }

    private void NoteUnknown(IConfigurationSection section)
    {
        string[] known =
        [
            "EnableEndpointRateLimiting", "StackBlockedRequests", "HttpStatusCode", "IpWhitelist", "EndpointWhitelist", "GeneralRules",
            "QuotaExceededMessage", "QuotaExceededResponse",
        ];
        foreach (var child in section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            Notes.Add($"{child.Path} is not used: {Elsewhere.GetValueOrDefault(child.Key, "the key is not known")}.");
    }

    private List<string> Texts(IConfigurationSection section, Action<string, string> check)
    {
        var texts = new List<string>();
        foreach (var child in section.GetChildren())
        {
            check(child.Path, child.Value ?? "");
            texts.Add(child.Value ?? "");
        }

        return texts;
    }

    private void CheckClient(string key, string value)
    {
        if (AddressSet.Parse(value) is null && AddressSet.ParseRange(value) is null)
            Errors.Add($"{key} is '{value}'; allowed: {AddressSet.Allowed}, or a range as 10.0.0.1-10.0.0.9.");
    }

    private void CheckEndpoint(string key, string value)
    {
        if (!RateLimitRule.IsEndpoint(value))
            Errors.Add($"{key} is '{value}'; allowed: *, or a method or *, a colon and a path or pattern, as get:/api/*.");
    }

    private bool Flag(IConfigurationSection section, string name)
    {
        if (section[name] is not { Length: > 0 } text)
            return false;
        if (!bool.TryParse(text, out var flag))
            Errors.Add($"{section.Path}:{name} is '{text}'; allowed: true, false.");
        return flag;
    }

    private int Number(IConfigurationSection section, string name, int usual, int least, int most)
    {
        if (section[name] is not { Length: > 0 } text)
            return usual;
        // The package takes limits as doubles.
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return (int)number;
        Errors.Add($"{section.Path}:{name} is '{text}'; allowed: {least} to {most}.");
        return usual;
    }
}
