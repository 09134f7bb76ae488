using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Forwarding.Upstream;

/// <summary>Ends a request head: how its body is framed, what it asks of the connection, the empty line.</summary>
internal static class BodyFraming
{
    public static void Write(Exchange exchange)
    {
        var context = exchange.Context;
        var head = exchange.Head;
        if (UpgradeOf(context) is { } upgrade)
        {
            exchange.Upgrade = upgrade;
            head.Write("Connection: Upgrade\r\nUpgrade: "u8);
            head.Write(upgrade);
            head.Write("\r\n\r\n"u8);
            return;
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            // A method that usually has a body says that it has none.
            head.Write(context.Request.ContentLength == 0 ? "Content-Length: 0\r\n\r\n"u8 : "\r\n"u8);
            return;
        }

        var length = context.Request.ContentLength ?? (HasTrailers(context) ? null : exchange.Collected?.Length);
        if (length is { } known)
        {
            exchange.Body = RequestBody.Length;
            head.Write("Content-Length: "u8);
            head.Write(known);
            head.Write("\r\n\r\n"u8);
            return;
        }

        exchange.Body = RequestBody.Chunked;
        head.Write("Transfer-Encoding: chunked\r\n\r\n"u8);
    }

    private static bool HasTrailers(HttpContext context) =>
        context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true, Trailers.Count: > 0 };

    /// <summary>The protocol that the client asks for; null when it asks for none, or for HTTP/2 in plain text, which is not passed on.</summary>
    private static string? UpgradeOf(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
            return null;
        var upgrade = context.Request.Headers.Upgrade.ToString();
        return upgrade.Length == 0 || upgrade.Contains("h2c", StringComparison.OrdinalIgnoreCase) ? null : upgrade;
    }
}
