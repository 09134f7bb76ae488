namespace Weir.Stores.Redis;

/// <summary>How to reach the server and what may be under way. Not a section of the configuration: slices fill it from theirs.</summary>
public sealed class RedisOptions
{
    /// <summary>Servers; the next one is tried when one does not answer. With a cluster, any of its nodes.</summary>
    public required IReadOnlyList<RedisEndpoint> Endpoints { get; init; }

    /// <summary>Sentinels to ask for the master; when there are any, <see cref="Endpoints"/> is not used.</summary>
    public IReadOnlyList<RedisEndpoint> Sentinels { get; init; } = [];

    /// <summary>Name of the master that the sentinels know.</summary>
    public string MasterName { get; init; } = "mymaster";

    /// <summary>User of the access list; null for the default user.</summary>
    public string? User { get; init; }

    /// <summary>Gives the password for each new connection, so that a file may change; null for none.</summary>
    public Func<string?>? Password { get; init; }

    /// <summary>Gives the sentinels' password; they have users of their own.</summary>
    public Func<string?>? SentinelPassword { get; init; }

    /// <summary>Number of the database. A cluster has only 0.</summary>
    public int Database { get; init; }

    /// <summary>Name of the connections in CLIENT LIST; null for none.</summary>
    public string? ClientName { get; init; }

    /// <summary>Null for plain TCP.</summary>
    public RedisTls? Tls { get; init; }

    /// <summary>False speaks RESP2 at once; otherwise RESP3 with servers that know it.</summary>
    public bool UseResp3 { get; init; } = true;

    /// <summary>Connections to a server; each is shared by any number of callers.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>For a new connection, with TLS and sign-in.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For a reply; kept to 50 ms.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A silent connection is asked by PING after this time; one that stays silent for a command's time-out is dropped.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Commands under way on one connection; more fail at once.</summary>
    public int MaxInFlight { get; init; } = 10_000;

    /// <summary>Bytes of commands under way on one connection; a single larger one passes when it is alone.</summary>
    public long MaxInFlightBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>First pause before a connection is tried again; doubles up to <see cref="MaxBackoff"/>, each shortened at random by up to half.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bounds of a reply.</summary>
    public RedisLimits Limits { get; init; } = new();
}
