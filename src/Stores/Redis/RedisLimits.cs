namespace Weir.Stores.Redis;

/// <summary>What one reply may be. The server is not trusted with our memory.</summary>
public sealed record RedisLimits
{
    /// <summary>All bytes of one reply's values together; 512 MiB is the most that a Redis value can have.</summary>
    public int MaxReplyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Lists within lists.</summary>
    public int MaxDepth { get; init; } = 8;

    /// <summary>Values in one reply, those of inner lists included.</summary>
    public int MaxItems { get; init; } = 1_000_000;

    /// <summary>Length of a line: type, length, status or error.</summary>
    public int MaxLineBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// True makes every value an array of its own, of the right length, which its reader may keep for good: for who stores what it
    /// reads. Otherwise values above 1 KiB lie in rented memory.
    /// </summary>
    public bool KeepsValues { get; init; }
}
