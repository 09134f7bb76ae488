using System.Collections.Frozen;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Fields that a trailer must not set: framing, routing, authority and control (RFC 9110 section 6.5.1), and what servers trust
/// gateways with. A server that merges trailers into headers would take them for those.
/// </summary>
internal static class TrailerNames
{
    private static readonly FrozenSet<string> Forbidden = new[]
    {
        "Authorization", "Cache-Control", "Content-Encoding", "Content-Range", "Content-Type", "Cookie", "Forwarded", "Host", "If-Match",
        "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Location", "Max-Forwards", "Origin", "Pragma", "Range",
        "Referer", "Retry-After", "Set-Cookie", "True-Client-IP", "Vary", "WWW-Authenticate",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What gateways and CDNs say about the client begins so.</summary>
    private static readonly string[] ForbiddenStarts =
        ["X-Forwarded-", "X-Real-", "X-Client", "X-Cluster-", "X-Original-", "X-Rewrite-", "X-SSL-", "X-Remote-", "X-Auth", "X-User", "CF-", "Fastly-", "SSL-", "Remote-", "Sec-"];

    public static bool IsForbidden(string name)
    {
        if (HopByHop.SkipsRequest(name) || Forbidden.Contains(name))
            return true;
        foreach (var start in ForbiddenStarts)
        {
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        // CGI makes one variable of X_Y, X.Y and X-Y.
        return name.AsSpan().ContainsAnyExcept(Plain);
    }

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
