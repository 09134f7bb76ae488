using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// The path as it is sent: what the gateway judged, written so that the server reads the same. ASP.NET Core decodes a path and
/// keeps <c>%2F</c>; a decoded <c>%25</c> in front of two hexadecimal digits would then be taken for an encoding that the client
/// never wrote.
/// </summary>
internal static class RequestTarget
{
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

    /// <summary>
    /// Encodes each percent sign of the decoded path, but those of an encoded slash where the client wrote no encoded percent
    /// sign before it.
    /// </summary>
    private static string EncodePercents(string path, string raw)
    {
        var slashes = OriginOfSlashes(raw);
        var made = new StringBuilder(path.Length + 16);
        var run = 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
                continue;
            made.Append(new PathString("/" + path[run..i]).ToUriComponent().AsSpan(1));
            var isSlash = i + 2 < path.Length && path[i + 1] == '2' && path[i + 2] is 'f' or 'F';
            // Where the two disagree in number (dot segments were removed), the harmless reading counts: an encoded percent sign.
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
            if (path[i + 1] == '2' && path[i + 2] is 'f' or 'F')
                found.Enqueue(true);
            else if (path[i + 1] == '2' && path[i + 2] == '5' && i + 4 < path.Length && path[i + 3] == '2' && path[i + 4] is 'f' or 'F')
                found.Enqueue(false);
        }

        return found;
    }
}
