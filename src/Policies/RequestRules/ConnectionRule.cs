using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Weir.Policies.RequestRules;

/// <summary>What belongs to the connection with the client ends here: Connection, the headers that it names, and Upgrade.</summary>
internal static class ConnectionRule
{
    /// <summary>
    /// Removes what must not go on. What is left of Connection is <c>Upgrade</c> or nothing: the server has read from it already
    /// whether the connection stays open.
    /// </summary>
    public static RequestFault? Apply(IHeaderDictionary headers, RuleSet rules, RequestRulesMetrics metrics, bool isHttp11)
    {
        var names = 0;
        var wantsUpgrade = false;
        foreach (var line in headers.Connection)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                var name = line.AsSpan(part).Trim(" \t");
                // These two say nothing about other headers, and ConnectionEncoding adds them.
                if (name.IsEmpty || name.Equals("close", StringComparison.OrdinalIgnoreCase) || name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
                    continue;
                if (++names > rules.MaxConnectionOptions)
                    return RequestFault.ConnectionOptions;
                wantsUpgrade |= name.Equals(HeaderNames.Upgrade, StringComparison.OrdinalIgnoreCase);
            }
        }

        var upgrade = wantsUpgrade && isHttp11 && HasNoBody(headers) ? UpgradeOf(headers, rules) : null;
        foreach (var line in headers.Connection)
        {
            foreach (var part in line.AsSpan().Split(','))
                Remove(headers, line.AsSpan(part).Trim(" \t").ToString(), rules, metrics);
        }

        headers.Remove(HeaderNames.Connection);
        var stripped = headers.Remove("HTTP2-Settings");
        if (upgrade is null)
        {
            stripped |= headers.Remove(HeaderNames.Upgrade);
        }
        else
        {
            headers.Connection = HeaderNames.Upgrade;
            headers.Upgrade = upgrade;
        }

        if (stripped)
            metrics.Stripped("upgrade");
        return null;
    }

    private static void Remove(IHeaderDictionary headers, string name, RuleSet rules, RequestRulesMetrics metrics)
    {
        // HTTP2-Settings is counted with its upgrade.
        if (name.Length == 0 || rules.IsProtected(name) || name.Equals("HTTP2-Settings", StringComparison.OrdinalIgnoreCase))
            return;
        if (headers.Remove(name))
            metrics.Stripped("connection_named");
    }

    // A body would have to be read before the protocol changes; nobody sends one, and what follows it would be ambiguous.
    private static bool HasNoBody(IHeaderDictionary headers) => headers.ContentLength is null or 0 && headers.TransferEncoding.Count == 0;

    /// <summary>The first protocol asked for that is allowed; a client lists them in its order of preference.</summary>
    private static string? UpgradeOf(IHeaderDictionary headers, RuleSet rules)
    {
        foreach (var line in headers.Upgrade)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                if (rules.UpgradeTo(line.AsSpan(part).Trim(" \t")) is { } protocol)
                    return protocol;
            }
        }

        return null;
    }
}
