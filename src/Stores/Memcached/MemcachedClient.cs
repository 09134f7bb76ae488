using Microsoft.Extensions.Logging;

namespace Weir.Stores.Memcached;

/// <inheritdoc cref="IMemcachedClient" />
public sealed class MemcachedClient : IMemcachedClient
{
    private readonly MemcachedNode[] _servers;
    private readonly MemcachedRing _ring;

    /// <summary>Starts to connect at once.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="use">What it is for, as a metric's tag: a word of the code.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    public MemcachedClient(MemcachedOptions options, string use, MemcachedMetrics metrics, ILogger logger, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Servers.Count, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Servers.Count, MemcachedOptions.MaxServers, nameof(options));
        _ring = new MemcachedRing(options.Servers);
        _servers = [.. Enumerable.Range(0, options.Servers.Count).Select(i => new MemcachedNode(i, options, use, metrics, logger, clock))];
    }

    /// <inheritdoc />
    public IReadOnlyList<IMemcachedServer> Servers => _servers;

    /// <inheritdoc />
    public IMemcachedServer ServerFor(ReadOnlySpan<byte> key) => _servers[_ring.Find(key)];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }
}
