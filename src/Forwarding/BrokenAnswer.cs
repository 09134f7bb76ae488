using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Forwarding;

/// <summary>An answer that has begun and will not come to its end.</summary>
public static class BrokenAnswer
{
    /// <summary>HTTP/2's INTERNAL_ERROR (RFC 9113 section 7).</summary>
    private const int InternalError = 2;

    /// <summary>Lets the client see that the body is not whole: HTTP/2 ends the stream, HTTP/1.1 the connection.</summary>
    public static void End(HttpContext context)
    {
        if (context.Features.Get<IHttpResetFeature>() is { } reset)
            reset.Reset(InternalError);
        else
            context.Abort();
    }
}
