namespace Weir.Stores.Memcached;

/// <summary>What a set writes. The bytes are copied when it is sent: they are free as soon as the task has been returned.</summary>
/// <param name="pieces">The value, in pieces.</param>
public readonly struct MemcachedItem(params ReadOnlyMemory<byte>[] pieces)
{
    /// <summary>Memcached takes longer times for points in time, so longer ones are cut to this.</summary>
    public static TimeSpan MaxExpiry { get; } = TimeSpan.FromDays(30);

    internal ReadOnlyMemory<byte>[] Pieces => pieces ?? [];

    /// <summary>A number that comes back with the value.</summary>
    public uint Flags { get; init; }

    /// <summary>Time after which it is gone, rounded up to seconds, cut to <see cref="MaxExpiry"/>; zero for never.</summary>
    public TimeSpan Expiry { get; init; }

    /// <summary>Writes only where nothing is.</summary>
    public bool OnlyIfAbsent { get; init; }

    /// <summary>Bytes of the value.</summary>
    public long Length
    {
        get
        {
            var length = 0L;
            foreach (var piece in Pieces)
                length += piece.Length;
            return length;
        }
    }

    internal long Seconds => (long)Math.Ceiling(Math.Min(Expiry.TotalSeconds, MaxExpiry.TotalSeconds));
}
