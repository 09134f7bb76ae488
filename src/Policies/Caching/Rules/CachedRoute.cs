using System.Text;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Policies.Caching.Rules;

/// <summary>A route whose answers are stored.</summary>
internal sealed class CachedRoute(string id, CachePolicy policy)
{
    public string Id { get; } = id;

    public CachePolicy Policy { get; } = policy;

    /// <summary>What its key texts begin with: two routes of one URL, told apart by a header, may have other servers and rules.</summary>
    public byte[] KeyStart { get; } = Encoding.UTF8.GetBytes(id.ToLowerInvariant() + "\n");

    /// <summary>False when this route can never answer for the URL, by its hosts and the fixed beginning of its path.</summary>
    /// <param name="match">The route's own, as configured now.</param>
    /// <param name="host">Without port.</param>
    /// <param name="path">Without query.</param>
    public static bool MayServe(RouteMatch match, string host, string path)
    {
        if (match.Hosts is { Count: > 0 } hosts && !hosts.Any(h => HostFits(h, host)))
            return false;
        if (match.Path is not { } pattern)
            return true;
        var open = pattern.IndexOf('{', StringComparison.Ordinal);
        var start = (open < 0 ? pattern : pattern[..open]).TrimEnd('/');
        return path.StartsWith(start.StartsWith('/') || start.Length == 0 ? start : "/" + start, StringComparison.OrdinalIgnoreCase);
    }

    private static bool HostFits(string pattern, string host)
    {
        var name = pattern.AsSpan();
        // A port, but no colon of an IPv6 address.
        if (name.LastIndexOf(':') is > 0 and var colon && !name[colon..].Contains(']'))
            name = name[..colon];
        return name is "*" || (name.StartsWith("*.") ? host.AsSpan().EndsWith(name[1..], StringComparison.OrdinalIgnoreCase) : name.Equals(host, StringComparison.OrdinalIgnoreCase));
    }
}
