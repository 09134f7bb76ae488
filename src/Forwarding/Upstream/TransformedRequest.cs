using System.Net;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Http1;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>The request head of a route with transforms that only YARP can run: they work on a message, which is written out after them.</summary>
internal static class TransformedRequest
{
    /// <summary>Runs the transforms and writes all but what frames the body and the empty line; false when a transform answered the client.</summary>
    public static async ValueTask<bool> WriteAsync(Exchange exchange, string prefix)
    {
        var (head, context) = (exchange.Head, exchange.Context);
        var request = context.Request;
        using var message = new HttpRequestMessage(HttpMethod.Parse(request.Method), (Uri?)null)
        {
            Version = HttpVersion.Version11,
            Content = new HeadersOnlyContent(),
        };
        await exchange.Transformer.TransformRequestAsync(context, message, prefix, context.RequestAborted);
        if (IsAnswered(context.Response))
            return false;
        var target = message.RequestUri ?? RequestUtilities.MakeDestinationAddress(prefix, request.Path, request.QueryString);
        exchange.Method = message.Method.Method;
        head.Write(message.Method.Method);
        head.Write(" "u8);
        var isServerWide = request.Path.Value is null or "" && HttpMethods.IsOptions(request.Method);
        head.Write(isServerWide ? "*" : target.PathAndQuery);
        head.Write(" HTTP/1.1\r\nHost: "u8);
        head.Write(message.Headers.Host is { Length: > 0 } host ? host : target.Authority);
        head.Write("\r\n"u8);
        WriteHeaders(head, message.Headers.NonValidated);
        WriteHeaders(head, message.Content.Headers.NonValidated);
        return true;
    }

    /// <summary>True when something has set an answer for the client; as YARP tells it.</summary>
    public static bool IsAnswered(HttpResponse response) => response.StatusCode != StatusCodes.Status200OK || response.HasStarted;

    private static void WriteHeaders(HeadWriter head, System.Net.Http.Headers.HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            if (HopByHop.SkipsRequest(name))
                continue;
            if (values.Count > 1 && name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
            {
                head.WriteHeader(name, string.Join("; ", values));
                continue;
            }

            foreach (var value in values)
                head.WriteHeader(name, value);
        }
    }
}
