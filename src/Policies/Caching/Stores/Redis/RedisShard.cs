using System.Buffers;
using System.Buffers.Binary;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Stores.Redis;

/// <summary>Redis, a cluster or a group with sentinels: one shard, since the client finds the node of a key.</summary>
internal sealed class RedisShard(IRedisClient client) : RemoteShard
{
    private static readonly ReadOnlyMemory<byte> Get = "GET"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Set = "SET"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Delete = "UNLINK"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Milliseconds = "PX"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> IfAbsent = "NX"u8.ToArray();
    private static readonly TimeSpan MaxExpiry = TimeSpan.FromDays(3650);

    public override string? Down => client.IsConnected ? null : client.LastError ?? "There is no connection yet.";

    // The reply is not disposed: the entry keeps its bytes.
    public override async ValueTask<ReadOnlySequence<byte>?> ReadAsync(byte[] key, CancellationToken cancel)
    {
        var reply = (await client.SendAsync(RedisCommand.ForKey(Get, key), cancel)).ThrowIfError();
        return reply.IsNull ? null : new ReadOnlySequence<byte>(reply.Memory);
    }

    public override async ValueTask<bool> WriteAsync(byte[] key, EncodedEntry entry, TimeSpan keepFor, CancellationToken cancel)
    {
        var expiry = (long)Math.Ceiling(Math.Min(keepFor.TotalMilliseconds, MaxExpiry.TotalMilliseconds));
        var command = RedisCommand.ForKeyWithPieces([Set, key], entry.Pieces(), Milliseconds, RedisCommand.Number(expiry));
        using var reply = (await client.SendAsync(command, cancel)).ThrowIfError();
        return true;
    }

    public override async ValueTask<bool> DeleteAsync(byte[] key, CancellationToken cancel)
    {
        using var reply = (await client.SendAsync(RedisCommand.ForKey(Delete, key), cancel)).ThrowIfError();
        return reply.Integer > 0;
    }

    public override async ValueTask<ulong?> ReadNumberAsync(byte[] key, CancellationToken cancel)
    {
        using var reply = (await client.SendAsync(RedisCommand.ForKey(Get, key), cancel)).ThrowIfError();
        return reply.Span.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(reply.Span) : null;
    }

    public override async ValueTask WriteNumberAsync(byte[] key, ulong value, bool onlyIfAbsent, CancellationToken cancel)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        var command = onlyIfAbsent ? RedisCommand.ForKey(Set, key, bytes, IfAbsent) : RedisCommand.ForKey(Set, key, bytes);
        using var reply = (await client.SendAsync(command, cancel)).ThrowIfError();
    }

    public override StoreFault FaultOf(Exception exception) => (exception as RedisException)?.Fault switch
    {
        RedisFault.TimedOut => StoreFault.TimedOut,
        RedisFault.NotConnected => StoreFault.NotConnected,
        RedisFault.Full => StoreFault.Full,
        _ => StoreFault.Failed,
    };
}
