using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail.Live;

/// <summary>Requests on their way to the live jails. Bounded; what finds no room is not judged, and counted.</summary>
internal sealed class LiveQueue(IOptions<JailOptions> options, TimeProvider time, JailMetrics metrics)
{
    private readonly Channel<AnsweredRequest> _requests = Channel.CreateBounded<AnsweredRequest>(
        new BoundedChannelOptions(options.Value.Fail2ban.LiveQueue) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private volatile bool _isWanted;

    /// <summary>True while a jail judges live traffic.</summary>
    public bool IsWanted
    {
        get => _isWanted;
        set => _isWanted = value;
    }

    public ChannelReader<AnsweredRequest> Requests => _requests.Reader;

    public void Add(HttpContext context, IClientFeature client)
    {
        if (!_isWanted || client.Address is not { } address)
            return;
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var headers = request.Headers;
        Add(new AnsweredRequest(
            address, client.IsDirect, time.GetUtcNow(), request.Method, request.RawTarget, request.Protocol, context.Response.StatusCode,
            context.Response.ContentLength, headers.Referer, headers.UserAgent));
    }

    public void Add(in AnsweredRequest request)
    {
        if (!_requests.Writer.TryWrite(request))
            metrics.LineDropped();
    }
}
