using Microsoft.Extensions.Options;
using Weir.Policies.Throttle.Imports;
using Weir.Policies.Throttle.Matching;

namespace Weir.Policies.Throttle;

/// <summary>What the attributes of <see cref="ThrottleOptions"/> cannot say. Reads the file that <c>ModEvasiveFile</c> names.</summary>
public sealed class ThrottleOptionsValidator : IValidateOptions<ThrottleOptions>
{
    private const string Root = ThrottleOptions.Section;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ThrottleOptions options)
    {
        var errors = new List<string>();
        for (var i = 0; i < options.Allow.Count; i++)
        {
            if (AddressSet.Parse(options.Allow[i]) is null)
                errors.Add($"{Root}:Allow:{i} is '{options.Allow[i]}'; allowed: {AddressSet.Allowed}.");
            else if (AddressSet.Rounded(options.Allow[i]) is { } network)
                errors.Add($"{Root}:Allow:{i} is '{options.Allow[i]}'; allowed: a network's first address, here {network}.");
        }

        for (var i = 0; i < options.StaticExemption.Extensions.Count; i++)
        {
            if (!IsExtension(options.StaticExemption.Extensions[i]))
                errors.Add($"{Root}:StaticExemption:Extensions:{i} is '{options.StaticExemption.Extensions[i]}'; allowed: 1 to 16 letters and digits, without dot.");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < options.Rules.Count; i++)
            Check($"{Root}:Rules:{i}", options.Rules[i], names, errors);
        if (options.Connections.NewBurst is { } burst && options.Connections.NewPerSecond == 0)
            errors.Add($"{Root}:Connections:NewBurst is {burst}, but NewPerSecond is 0; allowed: NewBurst only with NewPerSecond.");
        if (options.ModEvasiveFile is { Length: > 0 } file)
            errors.AddRange(ModEvasiveFile.Read(file).Errors.Select(e => $"{Root}:ModEvasiveFile: {e}"));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(string key, ThrottleRuleOptions rule, HashSet<string> names, List<string> errors)
    {
        if (rule.Name.Length == 0)
            errors.Add($"{key}:Name is missing; allowed: 1 to 64 letters, digits, dots, hyphens and underscores.");
        else if (!names.Add(rule.Name))
            errors.Add($"{key}:Name is '{rule.Name}', as of a rule above; allowed: names that differ.");
        if (rule.Scope != ThrottleScope.Global && string.IsNullOrEmpty(Subject(rule)))
            errors.Add($"{key}:{rule.Scope} is missing; with Scope {rule.Scope} it must be set.");
        if (rule.RequestsPerSecond is not null && rule.RequestsPerMinute is not null)
            errors.Add($"{key}:RequestsPerMinute is {rule.RequestsPerMinute}, and RequestsPerSecond {rule.RequestsPerSecond}; allowed: one of them.");
        if (rule is { RequestsPerSecond: null, RequestsPerMinute: null, Burst: { } burst })
            errors.Add($"{key}:Burst is {burst}, but there is no rate; allowed: Burst only with RequestsPerSecond or RequestsPerMinute.");
        if (rule is { RequestsPerSecond: null, RequestsPerMinute: null, ConcurrentRequests: null, BytesPerSecond: null })
            errors.Add($"{key} has no bound; allowed: at least one of RequestsPerSecond, RequestsPerMinute, ConcurrentRequests and BytesPerSecond.");
        if (rule.Path is { Length: > 0 } path && path[0] is not ('/' or '*'))
            errors.Add($"{key}:Path is '{path}'; allowed: a text that begins with / or *.");
        if (rule.Host is { Length: > 0 } host && !IsHost(host))
            errors.Add($"{key}:Host is '{host}'; allowed: a name or an address without port, with *. at the start for any labels.");
        for (var i = 0; i < rule.Methods.Count; i++)
        {
            if (rule.Methods[i].Length is 0 or > 32 || !rule.Methods[i].All(char.IsAsciiLetterOrDigit))
                errors.Add($"{key}:Methods:{i} is '{rule.Methods[i]}'; allowed: a method, at most 32 letters and digits.");
        }
    }

    private static string? Subject(ThrottleRuleOptions rule) => rule.Scope switch
    {
        ThrottleScope.Host => rule.Host,
        ThrottleScope.Route => rule.Route,
        _ => rule.Path,
    };

    private static bool IsExtension(string text) => text.Length is >= 1 and <= 16 && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsHost(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return Uri.CheckHostName(name) != UriHostNameType.Unknown;
    }
}
