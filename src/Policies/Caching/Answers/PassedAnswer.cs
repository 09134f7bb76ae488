using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Answers;

/// <summary>What an answer that passes by the store says of that.</summary>
internal static class PassedAnswer
{
    /// <param name="seen">Called with the answer's head before it goes out; null for nothing.</param>
    public static void Mark(HttpContext context, string cache, ForwardReason reason, string? detail = null, Func<HttpResponse, ValueTask>? seen = null) =>
        context.Response.OnStarting(async () =>
        {
            var response = context.Response;
            if (seen is not null)
                await seen(response);
            response.Headers.Append(CacheStatus.Field, new CacheStatus { Cache = cache, Forward = reason, ForwardStatus = response.StatusCode, Detail = detail }.ToString());
        });
}
