using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding;

/// <summary>An error that the gateway itself answers: the one shape in which refusals leave.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Reason">Short code in lower case with underscores; also the metric tag.</param>
/// <param name="Fault">Whose fault it is.</param>
/// <param name="MayRetry">True when the same request may be sent again as it is: no server has seen it.</param>
/// <param name="RetryAfterSeconds">Seconds for <c>Retry-After</c>; 0 sends none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Refusal(int Status, string Reason, Fault Fault, bool MayRetry, int RetryAfterSeconds)
{
    /// <summary>Writes the answer: a plain-text line with status and reason, never cached.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Features.Set<IRefusedFeature>(new Refused(this));
        var response = context.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfterSeconds > 0)
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = "text/plain";
        return response.WriteAsync($"{Status} {Reason}\n", context.RequestAborted);
    }

    private sealed class Refused(Refusal refusal) : IRefusedFeature
    {
        public Refusal Refusal { get; } = refusal;
    }
}
