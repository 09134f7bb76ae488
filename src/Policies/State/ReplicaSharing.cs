using System.Text;
using Microsoft.Extensions.Logging;
using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>Says that this gateway is alive and counts who else does. One that joins or leaves is announced, so that all count at once.</summary>
internal sealed class ReplicaSharing(IRedisClient redis, LiveReplicas replicas, StateNames names, StateOptions options, ILogger logger, TimeProvider clock)
{
    private readonly ReadOnlyMemory<byte> _replica = Encoding.ASCII.GetBytes(names.Replica);
    private readonly ReadOnlyMemory<byte> _channel = Encoding.ASCII.GetBytes(names.ReplicaChannel);
    private TaskCompletionSource _asked = Signal();
    private string? _refusal;
    private long _connects;
    private bool _hasBeaten;

    /// <summary>Time in which every gateway that lives has found the store again and said so, or would have been forgotten anyway.</summary>
    public TimeSpan Grace { get; } = options.ReplicaTimeout + options.HeartbeatInterval + options.Redis.ConnectTimeout + RedisSettings.MaxBackoff;

    public async Task RunAsync(CancellationToken stop)
    {
        var wasConnected = redis.IsConnected;
        redis.Changed += OnChange;
        try
        {
            using var subscription = redis.Subscribe(names.ReplicaChannel, OnMessage, Ask);
            while (!stop.IsCancellationRequested)
            {
                var asked = Volatile.Read(ref _asked);
                await BeatAsync(stop);
                await Task.WhenAny(asked.Task, Task.Delay(options.HeartbeatInterval, clock, stop));
                Interlocked.CompareExchange(ref _asked, Signal(), asked);
            }
        }
        finally
        {
            redis.Changed -= OnChange;
        }

        void OnChange()
        {
            var connected = redis.IsConnected;
            if (connected && !wasConnected)
                Ask();
            wasConnected = connected;
        }
    }

    /// <summary>One heartbeat. Without an answer the number known last stays.</summary>
    public async Task BeatAsync(CancellationToken stop)
    {
        try
        {
            using var reply = await redis.EvaluateAsync(
                StateScripts.Beat, [names.ReplicaKey], [_replica, RedisCommand.Number((long)options.ReplicaTimeout.TotalMilliseconds), _channel], stop);
            if (reply.IsError)
            {
                if (_refusal != reply.Text)
                    StateLog.Refused(logger, "a heartbeat", RedisException.Of(reply).Message);
                _refusal = reply.Text;
                return;
            }

            _refusal = null;
            if (reply.Items is not [var live, var isNew])
                return;
            // Asked after the reply, which may be the first on a new connection: to a store that has forgotten the others.
            var connects = redis.Connects;
            if (_hasBeaten && (connects != _connects || isNew.Integer == 1))
                replicas.Doubt();
            (_hasBeaten, _connects) = (true, connects);
            if (replicas.Take(live.Integer, Grace) is { } before)
                StateLog.Replicas(logger, replicas.Live, before);
        }
        catch (RedisException)
        {
            // The client has logged it.
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            StateLog.Failed(logger, bug, "the number of gateways");
        }
    }

    /// <summary>Leaves, so that the others need not wait for the time-out.</summary>
    public async Task LeaveAsync(CancellationToken stop)
    {
        try
        {
            (await redis.EvaluateAsync(StateScripts.Leave, [names.ReplicaKey], [_replica, _channel], stop)).Dispose();
        }
        catch (Exception e) when (e is RedisException or OperationCanceledException)
        {
            // They find out by the time-out.
        }
    }

    private void Ask() => Volatile.Read(ref _asked).TrySetResult();

    private void OnMessage(ReadOnlyMemory<byte> replica)
    {
        if (!replica.Span.SequenceEqual(_replica.Span))
            Ask();
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
