using Weir.Farm.Model;

namespace Weir.Farm.Readers.Node;

/// <summary>What an Apache host says of itself in a small JSON document. Every member may be missing.</summary>
public sealed record NodeDocument
{
    /// <summary><c>prefork</c>, <c>worker</c> or <c>event</c>.</summary>
    public Mpm? Mpm { get; init; }

    /// <summary>Effective MaxRequestWorkers, 1..200000.</summary>
    public int? MaxRequestWorkers { get; init; }

    /// <summary>ThreadsPerChild, 1..100000.</summary>
    public int? ThreadsPerChild { get; init; }

    /// <summary>ServerLimit, 1..200000.</summary>
    public int? ServerLimit { get; init; }

    /// <summary>ThreadLimit, 1..100000.</summary>
    public int? ThreadLimit { get; init; }

    /// <summary>AsyncRequestWorkerFactor, 0..1000; event only.</summary>
    public double? AsyncRequestWorkerFactor { get; init; }

    /// <summary>KeepAliveTimeout; written in seconds, 0..86400.</summary>
    public TimeSpan? KeepAliveTimeout { get; init; }

    /// <summary>MaxKeepAliveRequests, 0 for no bound.</summary>
    public int? MaxKeepAliveRequests { get; init; }

    /// <summary>Memory available on the host in bytes, as MemAvailable of /proc/meminfo.</summary>
    public long? MemAvailable { get; init; }

    /// <summary>Grows with every change of the host's configuration.</summary>
    public long? Generation { get; init; }
}
