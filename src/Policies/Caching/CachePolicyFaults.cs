using System.Globalization;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching;

/// <summary>What is wrong with one policy.</summary>
internal static class CachePolicyFaults
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~";

    /// <param name="key">Full key of the policy.</param>
    public static void Add(string key, CachePolicyOptions options, List<string> errors)
    {
        foreach (var (status, fresh) in options.FreshFor)
        {
            if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 200 or > 999)
                errors.Add($"{key}:FreshFor has '{status}'; allowed: a final status, 200 to 999.");
            if (fresh < TimeSpan.Zero || fresh > TimeSpan.FromDays(366))
                errors.Add($"{key}:FreshFor:{status} is {fresh}; allowed: 00:00:00 to 366.00:00:00.");
        }

        Names(key, nameof(options.KeyHeaders), options.KeyHeaders, errors);
        Names(key, nameof(options.BypassHeaders), options.BypassHeaders, errors);
        Names(key, nameof(options.UnkeyedHeaders), options.UnkeyedHeaders, errors);
        Names(key, nameof(options.TargetedFields), options.TargetedFields, errors);
        Names(key, nameof(options.KeyCookies), options.KeyCookies, errors);
        Names(key, nameof(options.BypassCookies), options.BypassCookies, errors);
        Names(key, nameof(options.Codings), options.Codings, errors);
        Parameters(key, nameof(options.QueryNames), options.QueryNames, errors);
        Parameters(key, nameof(options.BypassQuery), options.BypassQuery, errors);
        for (var i = 0; i < options.KeyHeaders.Count; i++)
        {
            if (options.KeyHeaders[i].Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase))
                errors.Add($"{key}:KeyHeaders:{i} is '{options.KeyHeaders[i]}'; allowed: other headers. Codings are told apart by Vary.");
        }

        if (options.Query != Rules.QueryMode.All && options.QueryNames.Count == 0)
            errors.Add($"{key}:Query is {options.Query} and {key}:QueryNames is empty; allowed: names, or Query All. With Only, a name that no page has stands for none.");
    }

    private static void Names(string key, string list, List<string> names, List<string> errors)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length > 128 || !FieldText.IsToken(names[i]))
                errors.Add($"{key}:{list}:{i} is '{names[i]}'; allowed: letters, digits and {TokenCharacters}, 1 to 128 of them.");
        }
    }

    private static void Parameters(string key, string list, List<string> names, List<string> errors)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length is 0 or > 256 || names[i].AsSpan().ContainsAny("&=#?"))
                errors.Add($"{key}:{list}:{i} is '{names[i]}'; allowed: 1 to 256 characters without & = # ?, as they stand in the URL.");
        }
    }
}
