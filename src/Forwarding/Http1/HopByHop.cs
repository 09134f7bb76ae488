using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Http1;

/// <summary>Headers that end at this hop (RFC 9110 section 7.6.1 and the ones that old proxies added), and those that we write ourselves.</summary>
internal static class HopByHop
{
    /// <summary>True for a request header that is never copied: the connection's own, or written anew by us (Host, lengths).</summary>
    public static bool SkipsRequest(string name) => name.Length switch
    {
        2 => Is(name, "TE"),
        4 => Is(name, "Host"),
        5 => Is(name, "Close") || Is(name, "Proxy"),
        6 => Is(name, "Expect"),
        7 => Is(name, "Upgrade") || Is(name, "Trailer"),
        10 => Is(name, "Connection") || Is(name, "Keep-Alive"),
        14 => Is(name, "Content-Length") || Is(name, "HTTP2-Settings"),
        16 => Is(name, "Proxy-Connection"),
        17 => Is(name, "Transfer-Encoding"),
        18 => Is(name, "Proxy-Authenticate"),
        19 => Is(name, "Proxy-Authorization"),
        _ => false,
    };

    /// <summary>Removes the headers that a client's <c>Connection</c> names.</summary>
    public static void RemoveNamed(IHeaderDictionary headers)
    {
        var connection = headers.Connection;
        if (connection.Count == 0 || (connection.Count == 1 && IsOption(connection[0])))
            return;
        foreach (var name in connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // What is never copied may still say how the body is framed.
            if (!IsOption(name) && !SkipsRequest(name))
                headers.Remove(name);
        }
    }

    /// <summary>The kind of a response header.</summary>
    public static ResponseHeaderKind Of(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 4:
                if (Is(name, "Date"u8))
                    return ResponseHeaderKind.Date;
                return Is(name, "ETag"u8) ? ResponseHeaderKind.ETag : Is(name, "Vary"u8) ? ResponseHeaderKind.Vary : ResponseHeaderKind.Other;
            case 5:
                return Is(name, "Close"u8) ? ResponseHeaderKind.Hop : ResponseHeaderKind.Other;
            case 6:
                return Is(name, "Server"u8) ? ResponseHeaderKind.Server : ResponseHeaderKind.Other;
            case 7:
                return Is(name, "Upgrade"u8) ? ResponseHeaderKind.Upgrade : Is(name, "Alt-Svc"u8) ? ResponseHeaderKind.Hop : ResponseHeaderKind.Other;
            case 10:
                if (Is(name, "Connection"u8))
                    return ResponseHeaderKind.Connection;
                return Is(name, "Keep-Alive"u8) ? ResponseHeaderKind.Hop : Is(name, "Set-Cookie"u8) ? ResponseHeaderKind.SetCookie : ResponseHeaderKind.Other;
            case 12:
                return Is(name, "Content-Type"u8) ? ResponseHeaderKind.ContentType : ResponseHeaderKind.Other;
            case 13:
                if (Is(name, "Last-Modified"u8))
                    return ResponseHeaderKind.LastModified;
                return Is(name, "Cache-Control"u8) ? ResponseHeaderKind.CacheControl : Is(name, "Accept-Ranges"u8) ? ResponseHeaderKind.AcceptRanges : ResponseHeaderKind.Other;
            case 14:
                return Is(name, "Content-Length"u8) ? ResponseHeaderKind.ContentLength : ResponseHeaderKind.Other;
            case 16:
                return Is(name, "Proxy-Connection"u8) ? ResponseHeaderKind.Hop : Is(name, "Content-Encoding"u8) ? ResponseHeaderKind.ContentEncoding : ResponseHeaderKind.Other;
            case 17:
                return Is(name, "Transfer-Encoding"u8) ? ResponseHeaderKind.TransferEncoding : ResponseHeaderKind.Other;
            case 18:
                return Is(name, "Proxy-Authenticate"u8) ? ResponseHeaderKind.Hop : ResponseHeaderKind.Other;
            case 25:
                return Is(name, "Proxy-Authentication-Info"u8) ? ResponseHeaderKind.Hop : ResponseHeaderKind.Other;
            default:
                return ResponseHeaderKind.Other;
        }
    }

    private static bool IsOption(string? text) => text is not null && (Is(text, "keep-alive") || Is(text, "close") || Is(text, "Upgrade"));

    private static bool Is(string name, string known) => ReferenceEquals(name, known) || name.Equals(known, StringComparison.OrdinalIgnoreCase);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => System.Text.Ascii.EqualsIgnoreCase(name, known);
}
