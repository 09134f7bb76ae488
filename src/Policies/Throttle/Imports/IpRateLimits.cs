using Weir.Policies.Throttle.Judging;
using Weir.Policies.Throttle.Matching;

namespace Weir.Policies.Throttle.Imports;

/// <summary>What the sections <c>IpRateLimiting</c> and <c>IpRateLimitPolicies</c> say, as AspNetCoreRateLimit 5 reads them.</summary>
internal sealed record IpRateLimits
{
    /// <summary>Counts each method and path apart; otherwise only the endpoint <c>*</c> has rules.</summary>
    public bool IsByEndpoint { get; init; }

    public bool StacksRefused { get; init; }

    public int Status { get; init; }

    public string? Content { get; init; }

    public string ContentType { get; init; } = "text/plain";

    public IReadOnlyList<string> AllowedClients { get; init; } = [];

    public IReadOnlyList<string> AllowedEndpoints { get; init; } = [];

    public IReadOnlyList<RateLimitRule> General { get; init; } = [];

    public IReadOnlyList<(string Ip, IReadOnlyList<RateLimitRule> Rules)> Policies { get; init; } = [];

    /// <summary>Makes the rules that requests are counted by.</summary>
    public Quotas Compile(RuleTags tags)
    {
        var periods = General.Concat(Policies.SelectMany(p => p.Rules)).Select(r => r.Period).Distinct().Order().ToList();
        return new Quotas
        {
            General = Compile("general", General, periods, tags),
            Policies = [.. Policies.Select(p => (AddressSet.Of([p.Ip]), Compile(p.Ip, p.Rules, periods, tags)))],
            AllowedClients = AddressSet.Of(AllowedClients),
            AllowedEndpoints = [.. AllowedEndpoints.Select(RateLimitRule.Split)],
            StacksRefused = StacksRefused,
            Status = Status,
            Content = Content,
            ContentType = ContentType,
        };
    }

    private Quota[] Compile(string owner, IReadOnlyList<RateLimitRule> rules, List<TimeSpan> periods, RuleTags tags)
    {
        return
        [
            .. rules.Where(r => IsByEndpoint || r.Endpoint == "*").OrderBy(r => r.Period).ThenBy(r => r.Limit).Select(r => Compile(owner, r, periods, tags)),
        ];
    }

    private Quota Compile(string owner, RateLimitRule rule, List<TimeSpan> periods, RuleTags tags)
    {
        var (method, path) = RateLimitRule.Split(rule.Endpoint);
        var count = new CountRule
        {
            Name = $"{rule.Endpoint} {rule.Period:c}",
            Reason = ThrottleReason.Quota,
            Tag = tags.Of($"quota|{owner}|{rule.Endpoint}|{rule.Period:c}"),
            Limit = rule.Limit,
            Interval = rule.Period.Ticks,
        };
        return new Quota(count, periods.IndexOf(rule.Period), method, path, IsByEndpoint);
    }
}
