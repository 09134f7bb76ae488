using System.Buffers;

namespace Weir.Stores.Redis;

/// <summary>A rented buffer with the bytes of one value. Goes back to the pool once, whoever disposes it first.</summary>
internal sealed class RedisPayload(byte[] rented, int length) : IDisposable
{
    private byte[]? _rented = rented;

    public ReadOnlyMemory<byte> Memory => (_rented ?? throw new ObjectDisposedException(nameof(RedisReply))).AsMemory(0, length);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } mine)
            ArrayPool<byte>.Shared.Return(mine);
    }
}
