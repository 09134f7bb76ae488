using System.Collections.Frozen;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Upstream;

/// <summary>Fields that a trailer must not set: framing, routing, authority and control (RFC 9110 section 6.5.1).</summary>
internal static class TrailerNames
{
    private static readonly FrozenSet<string> Forbidden = new[]
    {
        "Authorization", "Cache-Control", "Content-Encoding", "Content-Range", "Content-Type", "Cookie", "Forwarded", "Host", "If-Match",
        "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Location", "Max-Forwards", "Pragma", "Range", "Retry-After",
        "Set-Cookie", "Vary", "WWW-Authenticate",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsForbidden(string name) =>
        HopByHop.SkipsRequest(name) || Forbidden.Contains(name) || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);
}
