namespace Weir.Stores.Redis;

/// <summary>A Redis server, cluster or group with sentinels. Safe for any number of callers.</summary>
public interface IRedisClient : IAsyncDisposable
{
    /// <summary>True while at least one connection for commands is up.</summary>
    bool IsConnected { get; }

    /// <summary>Server now or, while there is none, tried last. No password.</summary>
    string Endpoint { get; }

    /// <summary>Why there is no connection; null when there is one, or none was tried yet.</summary>
    string? LastError { get; }

    /// <summary>Connections for commands made so far. Higher than before a command's reply: the server may have forgotten meanwhile.</summary>
    long Connects { get; }

    /// <summary>Why some channel is not heard: the server's refusal, or there is no connection for it; null when all are, or none was asked for yet.</summary>
    string? SubscriptionError { get; }

    /// <summary>Raised after <see cref="IsConnected"/> changed, on any thread; must be short.</summary>
    event Action? Changed;

    /// <summary>Waits until there is a connection.</summary>
    /// <exception cref="OperationCanceledException">There was none before the token.</exception>
    Task WaitConnectedAsync(CancellationToken cancellation);

    /// <summary>Sends a command. Nothing waits in a queue for a connection: without one it fails at once.</summary>
    /// <returns>The reply, which is the caller's to dispose; the server's errors too are replies.</returns>
    /// <exception cref="RedisException">There is no reply; <see cref="RedisException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; the server may have done it.</exception>
    ValueTask<RedisReply> SendAsync(RedisCommand command, CancellationToken cancellation = default);

    /// <summary>Runs a script by its hash; sends the text when the server does not have it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">Keys it uses, all in one slot with a cluster.</param>
    /// <param name="arguments">Its other arguments.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask<RedisReply> EvaluateAsync(
        RedisScript script, ReadOnlyMemory<byte>[] keys, ReadOnlyMemory<byte>[] arguments, CancellationToken cancellation = default);

    /// <summary>Listens to a channel on a connection of its own, through every loss of it, until the result is disposed.</summary>
    /// <param name="channel">Name.</param>
    /// <param name="onMessage">Gets each message on the reading thread: must be short; the bytes are valid only meanwhile.</param>
    /// <param name="onSubscribed">Called whenever the server has confirmed: what came before was missed.</param>
    IDisposable Subscribe(string channel, Action<ReadOnlyMemory<byte>> onMessage, Action? onSubscribed = null);
}
