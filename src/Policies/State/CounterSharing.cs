using System.Text;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;
using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>Tells the others what was counted here, every interval, and adds what they tell. What is lost is lost: it was old.</summary>
internal sealed class CounterSharing(
    IRedisClient redis, ICounterExchange counters, StateNames names, StateOptions options, StateMetrics metrics, ILogger logger, TimeProvider clock)
{
    /// <summary>Batches in one interval; the rest waits for the next.</summary>
    internal const int MaxBatches = 16;

    private readonly byte[] _channel = Encoding.ASCII.GetBytes(names.CounterChannel);
    private readonly CounterDelta[] _out = new CounterDelta[CounterFrame.MaxDeltas];
    // Messages come one at a time.
    private readonly CounterDelta[] _in = new CounterDelta[CounterFrame.MaxDeltas];

    public async Task RunAsync(CancellationToken stop)
    {
        using var subscription = redis.Subscribe(names.CounterChannel, OnMessage);
        using var timer = new PeriodicTimer(options.CounterInterval, clock);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await TellAsync(stop);
            }
            catch (Exception bug) when (bug is not OperationCanceledException)
            {
                StateLog.Failed(logger, bug, "counters");
            }
        }
    }

    private async Task TellAsync(CancellationToken stop)
    {
        for (var batch = 0; batch < MaxBatches; batch++)
        {
            // Also without a connection: counts that wait would arrive when they do not count any more.
            var count = counters.Drain(_out);
            if (count == 0)
                return;
            if (!redis.IsConnected || !await PublishAsync(count, stop))
                metrics.DeltasDropped(count);
            if (count < _out.Length)
                return;
        }
    }

    private async Task<bool> PublishAsync(int count, CancellationToken stop)
    {
        try
        {
            using var reply = await redis.SendAsync(
                RedisCommand.Of("PUBLISH"u8.ToArray(), _channel, CounterFrame.Write(names.Id, clock.GetTimestamp(), _out.AsSpan(0, count))), stop);
            if (reply.IsError)
                return false;
            metrics.DeltasSent(count);
            return true;
        }
        catch (RedisException)
        {
            return false;
        }
    }

    private void OnMessage(ReadOnlyMemory<byte> message)
    {
        if (!CounterFrame.TryRead(message.Span, _in, out var sender, out var sentAt, out var count))
        {
            metrics.Malformed("counter");
        }
        else if (sender == names.Id)
        {
            metrics.Lag(clock.GetElapsedTime(sentAt));
        }
        else if (count > 0)
        {
            counters.Merge(_in.AsSpan(0, count));
            metrics.DeltasReceived(count);
        }
    }
}
