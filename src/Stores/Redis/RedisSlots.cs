namespace Weir.Stores.Redis;

/// <summary>Which node of a cluster has which slot, as far as redirections have told. Empty, and free, without a cluster.</summary>
internal sealed class RedisSlots
{
    /// <summary>Slots of every cluster.</summary>
    public const int Count = 16384;

    private RedisNode?[]? _nodes;

    /// <summary>The node of a key; null when not known.</summary>
    public RedisNode? Find(ReadOnlySpan<byte> key) => Volatile.Read(ref _nodes) is { } nodes && !key.IsEmpty ? Volatile.Read(ref nodes[Of(key)]) : null;

    public void Learn(int slot, RedisNode node)
    {
        var nodes = Volatile.Read(ref _nodes);
        if (nodes is null)
        {
            Interlocked.CompareExchange(ref _nodes, new RedisNode?[Count], null);
            nodes = _nodes;
        }

        Volatile.Write(ref nodes[slot], node);
    }

    /// <summary>What a node had is asked for anew.</summary>
    public void Forget(RedisNode node)
    {
        if (Volatile.Read(ref _nodes) is not { } nodes)
            return;
        for (var i = 0; i < nodes.Length; i++)
            Interlocked.CompareExchange(ref nodes[i], null, node);
    }

    /// <summary>CRC16 (XMODEM) of the key, or of what stands in its first braces when that is not empty, modulo 16384.</summary>
    public static int Of(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open >= 0 && key[(open + 1)..].IndexOf((byte)'}') is > 0 and var length)
            key = key.Slice(open + 1, length);
        ushort crc = 0;
        foreach (var b in key)
        {
            crc ^= (ushort)(b << 8);
            for (var bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1);
        }

        return crc % Count;
    }
}
