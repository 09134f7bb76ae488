using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Weir.Forwarding.Connections;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Upgraded connections (WebSockets): bytes both ways until either side ends. When the gateway stops they go on for
/// <see cref="ForwardingRules.UpgradeDrainTimeout"/> and are then closed in order.
/// </summary>
internal sealed class Tunnels(ForwardingMetrics metrics, TimeProvider clock, IHostApplicationLifetime? lifetime = null)
{
    private const int BufferBytes = 8 << 10;

    /// <summary>How long one direction may outlast the other.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Passes the 101 on and tunnels.</summary>
    public async ValueTask<ExchangeResult> RunAsync(Exchange exchange, UpstreamConnection connection)
    {
        var context = exchange.Context;
        var answer = exchange.Answer;
        answer.Finish(Http1.BodyKind.None);
        if (answer.Message is { } message)
            await exchange.Transformer.TransformResponseAsync(context, message, context.RequestAborted);
        if (answer.Upgrade is { } upgrade)
            context.Response.Headers.Upgrade = upgrade;
        connection.Deadline = long.MaxValue;
        // Kestrel ends a request body that is too slow, and a response that is: a tunnel is neither.
        if (context.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (context.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinResponseDataRateFeature>() is { } answerRate)
            answerRate.MinDataRate = null;
        await using var client = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        metrics.Tunnel(1);
        try
        {
            await TunnelAsync(exchange, connection, client);
        }
        finally
        {
            metrics.Tunnel(-1);
        }

        // Its time says nothing about how fast the server answers.
        exchange.Drop();
        exchange.Ticket?.Release();
        return ExchangeResult.Done;
    }

    private async Task TunnelAsync(Exchange exchange, UpstreamConnection connection, Stream client)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(exchange.Context.RequestAborted);
        using var closing = end.Token.UnsafeRegister(static c => ((UpstreamConnection)c!).Close(), connection);
        var stopping = lifetime?.ApplicationStopping ?? CancellationToken.None;
        await using var drain = stopping.UnsafeRegister(
            static s =>
            {
                var (source, after) = ((CancellationTokenSource, TimeSpan))s!;
                source.CancelAfter(after);
            },
            (end, exchange.Rules.UpgradeDrainTimeout));
        var idle = new TunnelClock(clock);
        await using var watch = clock.CreateTimer(
            _ =>
            {
                if (idle.Elapsed > exchange.Rules.UpgradeIdleTimeout)
                    end.Cancel();
            },
            null,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1));
        var up = UpAsync(client, connection, idle, end.Token);
        var down = DownAsync(connection, client, idle, end.Token);
        await Task.WhenAny(up, down);
        // What the other direction still has under way may end by itself: a close handshake answers a close.
        var both = Task.WhenAll(up, down);
        if (await Task.WhenAny(both, Task.Delay(CloseTimeout, clock, end.Token)) != both)
            await end.CancelAsync();
        await both;
    }

    private static async Task UpAsync(Stream client, UpstreamConnection connection, TunnelClock idle, CancellationToken end)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await client.ReadAsync(buffer, end) is > 0 and var read)
            {
                idle.Touch();
                await connection.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // Either side ended it.
        }
    }

    private static async Task DownAsync(UpstreamConnection connection, Stream client, TunnelClock idle, CancellationToken end)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            // The server may have spoken right behind its head.
            if (connection.UnreadLength > 0)
            {
                await client.WriteAsync(connection.UnreadMemory, end);
                connection.Consume(connection.UnreadLength);
            }

            while (await connection.ReceiveAsync(buffer) is > 0 and var received)
            {
                idle.Touch();
                await client.WriteAsync(buffer.AsMemory(0, received), end);
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // Either side ended it.
        }
    }

    private static bool IsEnd(Exception error) =>
        error is IOException or System.Net.Sockets.SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
