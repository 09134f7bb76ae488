using Weir.Policies.Caching.Admin;

namespace Weir.Policies.Caching.Purging;

/// <summary>
/// Reads what operators purge. One form for what means the same: scheme and host in lower case, a default port left out, path and
/// query as they are, since that is how keys have them. Texts of errors are for the operator.
/// </summary>
internal static class PurgeTargets
{
    /// <summary>Characters of a URL or prefix.</summary>
    public const int MaxUrl = 4096;

    /// <summary>Characters of a tag.</summary>
    public const int MaxTag = CacheTags.MaxLength;

    /// <returns>The target in its one form.</returns>
    /// <exception cref="ArgumentException">It is not what its kind wants; the message says what is allowed.</exception>
    public static string Parse(PurgeOrder order) => order.Kind switch
    {
        PurgeKind.Url => Url(order.Target),
        PurgeKind.Prefix => Prefix(order.Target),
        PurgeKind.Tag => Tag(order.Target),
        PurgeKind.All => order.Target.Length == 0 ? "" : throw Fault($"A purge of everything takes no target; '{Shown(order.Target)}' was given."),
        _ => throw Fault($"'{order.Kind}' is no kind of purge; allowed: url, prefix, tag, all."),
    };

    private static string Url(string text)
    {
        const string Allowed = "allowed: an absolute URL such as https://www.example.com/a?b=1";
        Check(text, "URL");
        var scheme = SchemeLength(text);
        if (scheme == 0)
            throw Fault($"'{Shown(text)}' is not an absolute http or https URL; {Allowed}.");
        var rest = text[scheme..];
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        var path = end < 0 ? "/" : rest[end] == '?' ? "/" + rest[end..] : rest[end..];
        var lower = text[..scheme].ToLowerInvariant();
        return lower + Authority(text, authority, lower.Length == "https://".Length ? ":443" : ":80") + path;
    }

    private static string Prefix(string text)
    {
        const string Allowed = "allowed: https://www.example.com/shop/, //www.example.com/shop/ for both schemes, or /shop/ for any host";
        Check(text, "prefix");
        var scheme = SchemeLength(text);
        if (scheme == 0 && text.StartsWith("//", StringComparison.Ordinal))
            scheme = 2;
        if (scheme == 0)
        {
            return text[0] == '/' ? text : throw Fault($"The prefix '{Shown(text)}' begins neither with a scheme nor with a slash; {Allowed}.");
        }

        var rest = text[scheme..];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        if (end < 0)
        {
            throw Fault($"The prefix '{Shown(text)}' ends within the host, so that it would also begin other hosts; allowed: a slash behind the host, as in '{Shown(text)}/'.");
        }

        var lower = text[..scheme].ToLowerInvariant();
        // Of both schemes no port is the default one.
        var port = lower switch { "https://" => ":443", "http://" => ":80", _ => null };
        return lower + Authority(text, rest[..end], port) + rest[end..];
    }

    private static string Tag(string text)
    {
        if (text.Length is 0 or > MaxTag)
            throw Fault($"The tag has {text.Length} characters; allowed: 1 to {MaxTag}.");
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c))
                throw Fault($"The tag '{Shown(text)}' has a character that no field value has; allowed: no control characters.");
        }

        return text[0] == ' ' || text[^1] == ' ' ? throw Fault($"The tag '{Shown(text)}' begins or ends with a blank; allowed: blanks inside only.") : text;
    }

    private static void Check(string text, string what)
    {
        if (text.Length is 0 or > MaxUrl)
            throw Fault($"The {what} has {text.Length} characters; allowed: 1 to {MaxUrl}.");
        foreach (var c in text)
        {
            if (c is <= ' ' or > '~')
                throw Fault($"The {what} '{Shown(text)}' has a blank, a control character or one outside ASCII; allowed: such characters percent-encoded, as clients send them.");
            if (c == '#')
                throw Fault($"The {what} '{Shown(text)}' has a fragment, which no client sends; allowed: none.");
        }
    }

    private static int SchemeLength(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : 0;

    private static string Authority(string text, string authority, string? defaultPort)
    {
        const string Allowed = "allowed: a host name or an address, an IPv6 one in brackets, and a port from 1 to 65535 where one is needed";
        var lower = authority.ToLowerInvariant();
        // Of an IPv6 address the colons inside the brackets are no port's.
        var bracket = lower.StartsWith('[') ? lower.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
        var colon = lower.IndexOf(':', bracket);
        var host = colon < 0 ? lower : lower[..colon];
        var port = colon < 0 ? "" : lower[(colon + 1)..];
        if (host.Length == 0 || lower.Contains('@', StringComparison.Ordinal) || (lower[0] == '[' && bracket != host.Length)
            || Uri.CheckHostName(lower[0] == '[' ? host.Trim('[', ']') : host) == UriHostNameType.Unknown)
            throw Fault($"'{Shown(authority)}' in '{Shown(text)}' is no host; {Allowed}.");
        if (colon < 0)
            return host;
        if (port.Length is 0 or > 5 || port[0] == '0' || !int.TryParse(port, System.Globalization.NumberStyles.None, null, out var number) || number > 65535)
            throw Fault($"'{Shown(authority)}' in '{Shown(text)}' has no port that can be; {Allowed}.");
        return ":" + port == defaultPort ? host : lower;
    }

    // For a log and an answer: one line, not without end.
    private static string Shown(string text)
    {
        var some = text.Length > 200 ? text[..200] + "..." : text;
        return string.Concat(some.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

#pragma warning disable MA0015, CA2208 // A parameter's name behind the sentence would say nothing to the operator.
    private static ArgumentException Fault(string message) => new(message);
#pragma warning restore MA0015, CA2208
}
