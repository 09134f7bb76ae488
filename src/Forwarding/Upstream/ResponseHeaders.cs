using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Upstream;

/// <summary>Adds a server's header to the client's response; the common ones through the places that Kestrel has for them.</summary>
internal static class ResponseHeaders
{
    public static void Add(IHeaderDictionary headers, ResponseHeaderKind kind, ReadOnlySpan<byte> name, string value)
    {
        switch (kind)
        {
            case ResponseHeaderKind.ContentType:
                headers.ContentType = With(headers.ContentType, value);
                break;
            case ResponseHeaderKind.Date:
                headers.Date = With(headers.Date, value);
                break;
            case ResponseHeaderKind.Server:
                headers.Server = With(headers.Server, value);
                break;
            case ResponseHeaderKind.ETag:
                headers.ETag = With(headers.ETag, value);
                break;
            case ResponseHeaderKind.Vary:
                headers.Vary = With(headers.Vary, value);
                break;
            case ResponseHeaderKind.LastModified:
                headers.LastModified = With(headers.LastModified, value);
                break;
            case ResponseHeaderKind.CacheControl:
                headers.CacheControl = With(headers.CacheControl, value);
                break;
            case ResponseHeaderKind.AcceptRanges:
                headers.AcceptRanges = With(headers.AcceptRanges, value);
                break;
            case ResponseHeaderKind.ContentEncoding:
                headers.ContentEncoding = With(headers.ContentEncoding, value);
                break;
            case ResponseHeaderKind.SetCookie:
                headers.SetCookie = With(headers.SetCookie, value);
                break;
            default:
                var text = HeaderStrings.Of(name);
                headers[text] = With(headers[text], value);
                break;
        }
    }

    private static StringValues With(StringValues before, string value) =>
        before.Count == 0 ? value : StringValues.Concat(before, value);
}
