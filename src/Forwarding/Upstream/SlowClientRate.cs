using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Kestrel ends a connection whose client takes less than <c>Kestrel:Limits:MinResponseDataRate</c>, but does not count what was
/// written through <c>GetMemory</c>: such a flush would have its grace period only, 5 s for 64 KB. Here the grace becomes what the
/// counted bytes would have had.
/// </summary>
internal static class SlowClientRate
{
    private static MinDataRate? _known;
    private static MinDataRate? _stretched;

    /// <summary>Gives each flush of up to <paramref name="bytes"/> its time. HTTP/2 counts for itself.</summary>
    public static void Allow(HttpContext context, int bytes)
    {
        if (!HttpProtocol.IsHttp11(context.Request.Protocol) && !HttpProtocol.IsHttp10(context.Request.Protocol))
            return;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is not { MinDataRate: { } rate } feature || rate == _stretched)
            return;
        if (rate != _known)
        {
            var seconds = bytes / rate.BytesPerSecond;
            _stretched = new MinDataRate(rate.BytesPerSecond, rate.GracePeriod + TimeSpan.FromSeconds(seconds));
            _known = rate;
        }

        feature.MinDataRate = _stretched;
    }
}
