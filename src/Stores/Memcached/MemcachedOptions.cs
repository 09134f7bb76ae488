namespace Weir.Stores.Memcached;

/// <summary>How to reach the servers and what may be under way. Not a section of the configuration: slices fill it from theirs.</summary>
public sealed class MemcachedOptions
{
    /// <summary>Most servers.</summary>
    public const int MaxServers = 64;

    /// <summary>Servers, 1 to <see cref="MaxServers"/>. Their names and weights decide which key lies where, their order does not.</summary>
    public required IReadOnlyList<MemcachedEndpoint> Servers { get; init; }

    /// <summary>Connections to a server; each is shared by any number of callers.</summary>
    public int Connections { get; init; } = 2;

    /// <summary>For a new connection and the server's first answer.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For a reply; kept to 50 ms.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A silent connection is asked (mn) after this time; one that stays silent for a command's time-out is dropped.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Commands under way on one connection; more fail at once.</summary>
    public int MaxInFlight { get; init; } = 10_000;

    /// <summary>Bytes of commands under way on one connection; a single larger one passes when it is alone.</summary>
    public long MaxInFlightBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>First pause before a connection is tried again; doubles up to <see cref="MaxBackoff"/>, each shortened at random by up to half.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of a value that a server may send. It is not trusted with our memory.</summary>
    public int MaxValueBytes { get; init; } = 64 * 1024 * 1024;
}
