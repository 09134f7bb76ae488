namespace Weir.Policies.Caching.Semantics;

/// <summary>References of an answer to URLs of the origin that it comes from.</summary>
internal static class SameOrigin
{
    /// <param name="reference">A Location or Content-Location: absolute, or relative to the request's URL.</param>
    /// <returns>Path and query, without fragment; null when it is of another origin or no URL.</returns>
    public static string? Target(in RequestFacts request, string reference)
    {
        var text = FieldText.Trim(reference);
        var fragment = text.IndexOf('#');
        text = fragment < 0 ? text : text[..fragment];
        if (text.IsEmpty || text.ContainsAnyInRange('\0', ' '))
        {
            return null;
        }

        var colon = text.IndexOf(':');
        if (colon > 0 && text.IndexOfAny('/', '?') is var slash && (slash < 0 || colon < slash))
        {
            if (!FieldText.Same(text[..colon], request.Scheme))
            {
                return null;
            }

            text = text[(colon + 1)..];
            if (!text.StartsWith("//"))
            {
                return null;
            }
        }

        if (text.StartsWith("//"))
        {
            text = text[2..];
            var end = text.IndexOfAny('/', '?');
            var authority = end < 0 ? text : text[..end];
            if (!SameAuthority(authority, request.Authority, request.Scheme))
            {
                return null;
            }

            text = end < 0 ? "/" : text[end..];
            return text[0] == '/' ? Plain(text) : "/" + text.ToString();
        }

        if (text[0] == '/')
        {
            return Plain(text);
        }

        var query = request.Target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? request.Target : request.Target[..query];
        return text[0] == '?' ? path + text.ToString() : Plain(string.Concat(path.AsSpan(0, path.LastIndexOf('/') + 1), text));
    }

    private static bool SameAuthority(ReadOnlySpan<char> one, ReadOnlySpan<char> other, string scheme) =>
        FieldText.Same(WithoutDefaultPort(one, scheme), WithoutDefaultPort(other, scheme));

    private static ReadOnlySpan<char> WithoutDefaultPort(ReadOnlySpan<char> authority, string scheme)
    {
        var port = scheme is "https" ? ":443" : ":80";
        return authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority.EndsWith(":") ? authority[..^1] : authority;
    }

    // Dot segments (RFC 3986 section 5.2.4), as the gateway resolves them in requests.
    private static string Plain(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (path.IndexOf("/.") < 0)
        {
            return target.ToString();
        }

        var segments = new List<string>();
        var last = false;
        foreach (var range in path[1..].Split('/'))
        {
            var segment = path[1..][range];
            last = segment is "." or "..";
            if (segment is ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (!last)
            {
                segments.Add(segment.ToString());
            }
        }

        var plain = "/" + string.Join('/', segments);
        return string.Concat(last && segments.Count > 0 ? plain + "/" : plain, query < 0 ? "" : target[query..]);
    }
}
