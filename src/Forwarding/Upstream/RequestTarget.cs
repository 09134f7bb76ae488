using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// The path as it is sent: what the gateway judged, written so that the server reads the same. ASP.NET Core decodes a path and
/// keeps <c>%2F</c>; a decoded <c>%25</c> in front of two hexadecimal digits would then be taken for an encoding that the client
/// never wrote.
/// </summary>
public static class RequestTarget
{
    /// <summary>What a request target may hold: visible ASCII.</summary>
    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c)]);

    /// <summary>The path of a request whose path no transform has changed.</summary>
    public static string Encode(HttpContext context)
    {
        var path = context.Request.Path;
        var text = path.Value ?? "";
        if (!text.Contains('%', StringComparison.Ordinal))
            return path.ToUriComponent();
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        return raw.Contains("%25", StringComparison.Ordinal) ? EncodePercents(text, raw) : path.ToUriComponent();
    }

    /// <summary>The path that transforms made: as YARP writes it, with each percent sign encoded, because nothing says any more which the client wrote.</summary>
    public static string Encode(PathString changed) =>
        changed.Value is { } text && text.Contains('%', StringComparison.Ordinal) ? EncodePercents(text, raw: "") : changed.ToUriComponent();

    /// <summary>
    /// The query with whatever would end or split the request line encoded: Kestrel passes on spaces of HTTP/2 clients, and control
    /// characters of all.
    /// </summary>
    public static string EncodeQuery(string query)
    {
        if (query.AsSpan().IndexOfAnyExcept(Visible) < 0)
            return query;
        var made = new StringBuilder(query.Length + 16);
        foreach (var rune in query.EnumerateRunes())
        {
            if (rune.Value is >= '!' and <= '~')
                made.Append((char)rune.Value);
            else if (rune.Value <= 0xFF)
                made.Append('%').Append(rune.Value.ToString("X2"));
            else
                made.Append(Uri.EscapeDataString(rune.ToString()));
        }

        return made.ToString();
    }

    /// <summary>
    /// Encodes each percent sign of the decoded path, but those of an encoded slash where the client wrote no encoded percent
    /// sign before it.
    /// </summary>
    private static string EncodePercents(string path, string raw)
    {
        var slashes = OriginOfSlashes(raw);
        // Where the two disagree in number (dot segments were removed), the harmless reading counts: an encoded percent sign.
        if (slashes.Count != CountOfSlashes(path))
            slashes.Clear();
        var made = new StringBuilder(path.Length + 16);
        var run = 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
                continue;
            made.Append(new PathString("/" + path[run..i]).ToUriComponent().AsSpan(1));
            var isSlash = IsSlash(path, i);
            var keeps = isSlash && slashes.Count > 0 && slashes.Dequeue();
            made.Append(keeps ? "%" : "%25");
            run = i + 1;
        }

        made.Append(new PathString("/" + path[run..]).ToUriComponent().AsSpan(1));
        return made.ToString();
    }

    /// <summary>For each <c>%2F</c> that decoding leaves, in order: true when the client wrote it so.</summary>
    private static Queue<bool> OriginOfSlashes(string raw)
    {
        var found = new Queue<bool>();
        var end = raw.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? raw.AsSpan() : raw.AsSpan(0, end);
        for (var i = 0; i + 2 < path.Length; i++)
        {
            if (path[i] != '%')
                continue;
            if (IsSlash(path, i))
                found.Enqueue(true);
            else if (path[i + 1] == '2' && path[i + 2] == '5' && i + 4 < path.Length && path[i + 3] == '2' && path[i + 4] is 'f' or 'F')
                found.Enqueue(false);
        }

        return found;
    }

    private static int CountOfSlashes(string path)
    {
        var count = 0;
        for (var i = 0; i < path.Length; i++)
            count += path[i] == '%' && IsSlash(path, i) ? 1 : 0;
        return count;
    }

    private static bool IsSlash(ReadOnlySpan<char> path, int percent) =>
        percent + 2 < path.Length && path[percent + 1] == '2' && path[percent + 2] is 'f' or 'F';
}
