using Microsoft.Extensions.Options;

namespace Weir.Policies.RequestRules;

/// <summary>What the attributes of <see cref="RequestRulesOptions"/> cannot say.</summary>
public sealed class RequestRulesOptionsValidator : IValidateOptions<RequestRulesOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RequestRulesOptions options)
    {
        var errors = new List<string>();
        Each(options.AllowedMethods, nameof(options.AllowedMethods), errors, IsMethod, "a method in capitals, at most 32 characters, not CONNECT");
        Each(options.Upgrades, nameof(options.Upgrades), errors, IsUpgrade, "a protocol such as websocket, not h2c or h2");
        Each(options.ProtectedHeaders, nameof(options.ProtectedHeaders), errors, IsHeader, "a header's name, with * at the end for any ending");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Each(List<string> entries, string key, List<string> errors, Func<string, bool> isGood, string allowed)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (!isGood(entries[i]))
                errors.Add($"{RequestRulesOptions.Section}:{key}:{i} is '{entries[i]}'; allowed: {allowed}.");
        }
    }

    private static bool IsMethod(string method) =>
        method.Length <= MethodRule.MaxLength && MethodRule.IsWellFormed(method) && method is not "CONNECT";

    // HTTP/2 spoken after an upgrade would be read by nobody here: everything in it would pass unjudged.
    private static bool IsUpgrade(string token) =>
        FieldScan.IsToken(token.Replace("/", "", StringComparison.Ordinal))
        && !token.Equals("h2c", StringComparison.OrdinalIgnoreCase)
        && !token.Equals("h2", StringComparison.OrdinalIgnoreCase);

    private static bool IsHeader(string name) =>
        FieldScan.IsToken(name.EndsWith('*') ? name[..^1] : name) && !name.AsSpan(0, name.Length - 1).Contains('*');
}
