using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Forwarding.Upstream;
using Weir.Policies.Caching.Rules;

namespace Weir.Policies.Caching.Keys;

/// <summary>Makes the key text of a URL, see <see cref="UrlText"/>.</summary>
internal static class PrimaryKey
{
    /// <summary>Longest text; a longer URL is not cached.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Path and query as the server gets them: two ways to write one path are one page.</summary>
    /// <returns>Null for a target of another form than a path.</returns>
    public static string? TargetOf(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!raw.StartsWith('/'))
            return null;
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? raw.AsSpan() : raw.AsSpan(0, query);
        if (path.IndexOf('%') < 0 && path.IndexOf("/.") < 0)
            return raw;
        return RequestTarget.Encode(context) + context.Request.QueryString.Value;
    }

    /// <param name="target">Path and query.</param>
    /// <param name="to">The caller's buffer.</param>
    /// <returns>Bytes written; 0 when it does not fit.</returns>
    public static int Write(CachedRoute route, string scheme, string authority, string target, Span<byte> to)
    {
        var start = route.KeyStart;
        if (!start.AsSpan().TryCopyTo(to))
            return 0;
        var at = start.Length;
        if (!Encoding.UTF8.TryGetBytes(scheme, to[at..], out var written))
            return 0;
        at += written;
        if (!"://"u8.TryCopyTo(to[at..]))
            return 0;
        at += 3;
        if (!Encoding.UTF8.TryGetBytes(WithoutDefaultPort(authority, scheme), to[at..], out written))
            return 0;
        foreach (ref var b in to.Slice(at, written))
            b = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        at += written;
        return Encoding.UTF8.TryGetBytes(route.Policy.Query.Of(target), to[at..], out written) ? at + written : 0;
    }

    /// <summary>As an array; null when it is too long.</summary>
    public static byte[]? Make(CachedRoute route, string scheme, string authority, string target)
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        var written = Write(route, scheme, authority, target, buffer);
        return written == 0 ? null : buffer[..written].ToArray();
    }

    private static ReadOnlySpan<char> WithoutDefaultPort(string authority, string scheme)
    {
        var port = scheme is "https" ? ":443" : ":80";
        return authority.EndsWith(port, StringComparison.Ordinal) ? authority.AsSpan(0, authority.Length - port.Length) : authority;
    }
}
