namespace Weir.Stores.Memcached;

/// <summary>
/// One server. A key is 1 to 186 bytes of anything, or up to 250 without blanks and controls. Nothing waits for a connection: without
/// one a command fails at once. All throw <see cref="MemcachedException"/> when there is no reply, or an error for one, and
/// <see cref="OperationCanceledException"/> when the caller gave up; the server may have done it then.
/// </summary>
public interface IMemcachedServer
{
    /// <summary>Its place in the options, from 0.</summary>
    int Index { get; }

    /// <summary>Where it is.</summary>
    string Endpoint { get; }

    /// <summary>What the server says it is, such as <c>1.6.18</c>; null before the first connection.</summary>
    string? Version { get; }

    /// <summary>True while at least one connection is up.</summary>
    bool IsConnected { get; }

    /// <summary>Why there is no connection; null when there is one, or none was tried yet.</summary>
    string? LastError { get; }

    /// <summary>Waits until there is a connection.</summary>
    /// <exception cref="OperationCanceledException">There was none before the token.</exception>
    Task WaitConnectedAsync(CancellationToken cancellation);

    /// <summary>Reads a value (mg).</summary>
    ValueTask<MemcachedValue> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default);

    /// <summary>Writes a value (ms).</summary>
    /// <returns>False when <see cref="MemcachedItem.OnlyIfAbsent"/> was asked for and something is there.</returns>
    ValueTask<bool> SetAsync(ReadOnlyMemory<byte> key, MemcachedItem item, CancellationToken cancellation = default);

    /// <summary>Removes a value (md).</summary>
    /// <returns>True when there was one.</returns>
    ValueTask<bool> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default);

    /// <summary>What the server knows of an item (me), for people: <c>exp=60 la=2 cas=9 fetch=no cls=1 size=80</c>.</summary>
    /// <returns>Null when there is none.</returns>
    ValueTask<string?> DescribeAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default);

    /// <summary>A round trip (mn).</summary>
    ValueTask PingAsync(CancellationToken cancellation = default);
}
