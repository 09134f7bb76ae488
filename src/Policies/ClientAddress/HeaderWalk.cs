using Microsoft.Extensions.Primitives;

namespace Weir.Policies.ClientAddress;

/// <summary>
/// Finds the client in what proxies have written. Each proxy adds at the right end whom it had in front of it, so that the walk
/// goes from right to left and only as far as each address was written by a trusted proxy. Does not allocate.
/// </summary>
internal static class HeaderWalk
{
    /// <param name="lines">All lines of the header, in order.</param>
    /// <param name="rules">Kind, trusted proxies and bound.</param>
    /// <param name="proven">The leftmost address that was proven; null when there is none.</param>
    public static WalkEnd Find(StringValues lines, ClientRules rules, out PlainAddress? proven)
    {
        proven = null;
        var hops = 0;
        for (var line = lines.Count - 1; line >= 0; line--)
        {
            var rest = lines[line].AsSpan();
            var hasMore = true;
            while (hasMore)
            {
                var element = (rules.Kind == HeaderKind.Forwarded ? ForwardedText.TakeLast(ref rest, out hasMore) : TakeLast(ref rest, out hasMore)).Trim(" \t");
                if (hops++ == rules.MaxHops)
                    return WalkEnd.Hops;
                // A list may have empty elements (RFC 9110 section 5.6.1).
                if (element.IsEmpty)
                    continue;
                if (!(rules.Kind == HeaderKind.Forwarded ? ForwardedText.TryReadFor(element, out var address) : AddressText.TryParse(element, out address)))
                    return WalkEnd.Unreadable;
                proven = address;
                // A header of one address names whom the proxy had in front of it; that it is listed makes it no proxy of ours:
                // strangers' programs have addresses within a CDN's networks too.
                if (rules.Kind == HeaderKind.One || !rules.IsProxy(address))
                    return WalkEnd.Client;
            }
        }

        return proven is null ? WalkEnd.Missing : WalkEnd.Proxies;
    }

    /// <summary>Takes the part after the last comma off.</summary>
    public static ReadOnlySpan<char> TakeLast(ref ReadOnlySpan<char> rest, out bool hasMore)
    {
        var comma = rest.LastIndexOf(',');
        var element = rest[(comma + 1)..];
        rest = comma < 0 ? default : rest[..comma];
        hasMore = comma >= 0;
        return element;
    }
}
