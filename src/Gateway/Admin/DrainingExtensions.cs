namespace Weir.Gateway.Admin;

/// <summary>Sends clients elsewhere while the gateway ends.</summary>
internal static class DrainingExtensions
{
    /// <summary>
    /// While draining, HTTP/1 answers carry <c>Connection: close</c> (RFC 9112 section 9.6), so that a kept connection is given up
    /// between requests and not during one. HTTP/2 connections get GOAWAY from Kestrel when it stops.
    /// </summary>
    public static IApplicationBuilder UseDraining(this IApplicationBuilder app)
    {
        var state = app.ApplicationServices.GetRequiredService<GatewayState>();
        return app.Use(next => context =>
        {
            if (state.IsDraining && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol)))
            {
                // At the start of the answer: a retry on another server clears what was set before.
                context.Response.OnStarting(static c => SayClose((HttpContext)c), context);
            }

            return next(context);
        });
    }

    private static Task SayClose(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }
}
