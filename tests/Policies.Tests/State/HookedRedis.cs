using Weir.Stores.Redis;

namespace Weir.Policies.Tests.State;

/// <summary>A client with a hand in between: what happens right after a command has its reply, and subscriptions by call.</summary>
internal sealed class HookedRedis(IRedisClient inner) : IRedisClient
{
    private int _sent;
    private int _evaluated;

    public event Action? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    /// <summary>Gets the number of the command, from 1, scripts not counted.</summary>
    public Func<int, Task> AfterSend { get; set; } = _ => Task.CompletedTask;

    public Action? Subscribed { get; private set; }

    /// <summary>Scripts that have run.</summary>
    public int Evaluated => Volatile.Read(ref _evaluated);

    public bool IsConnected => inner.IsConnected;

    public string Endpoint => inner.Endpoint;

    public string? LastError => inner.LastError;

    public long Connects => inner.Connects + MoreConnects;

    /// <summary>Connections that the test pretends to have seen.</summary>
    public long MoreConnects { get; set; }

    public string? SubscriptionError => inner.SubscriptionError;

    public Task WaitConnectedAsync(CancellationToken cancellation) => inner.WaitConnectedAsync(cancellation);

    public async ValueTask<RedisReply> SendAsync(RedisCommand command, CancellationToken cancellation = default)
    {
        var reply = await inner.SendAsync(command, cancellation);
        await AfterSend(Interlocked.Increment(ref _sent));
        return reply;
    }

    public async ValueTask<RedisReply> EvaluateAsync(
        RedisScript script, ReadOnlyMemory<byte>[] keys, ReadOnlyMemory<byte>[] arguments, CancellationToken cancellation = default)
    {
        var reply = await inner.EvaluateAsync(script, keys, arguments, cancellation);
        Interlocked.Increment(ref _evaluated);
        return reply;
    }

    public IDisposable Subscribe(string channel, Action<ReadOnlyMemory<byte>> onMessage, Action? onSubscribed = null)
    {
        Subscribed = onSubscribed;
        return inner.Subscribe(channel, onMessage, onSubscribed);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
