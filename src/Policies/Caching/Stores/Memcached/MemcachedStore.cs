using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Stores.Memcached;

namespace Weir.Policies.Caching.Stores.Memcached;

/// <summary>Entries in one or several Memcached servers, shared by all gateways with the same servers and prefix.</summary>
internal sealed class MemcachedStore : RemoteStore
{
    /// <summary>Of the client's metrics.</summary>
    public const string Use = "cache";

    // What an item takes besides its value: its key, the server's own words, and room to spare.
    private const int ItemOverhead = 512;

    private readonly IMemcachedClient _client;

    /// <param name="client">Owned from here on.</param>
    /// <param name="options">Validated.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    public MemcachedStore(IMemcachedClient client, MemcachedStoreOptions options, StoreMetrics metrics, ILogger logger, TimeProvider clock)
        : base("memcached", options.Prefix, Largest(options), client.Servers.Select(s => new RemotePlace(s.Endpoint, Shard(s, options), options.Prefix, clock)), metrics, logger) =>
        _client = client;

    /// <summary>A store with a client of its own, which starts to connect at once.</summary>
    /// <param name="options">Validated; names a server.</param>
    /// <param name="memcachedMetrics">The client's counts.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    public static MemcachedStore Connect(
        MemcachedStoreOptions options, MemcachedMetrics memcachedMetrics, StoreMetrics metrics, ILogger logger, TimeProvider clock)
    {
#pragma warning disable CA2000 // The store owns it.
        var client = new MemcachedClient(Settings(options), Use, memcachedMetrics, logger, clock);
#pragma warning restore CA2000
        return new MemcachedStore(client, options, metrics, logger, clock);
    }

    /// <summary>The client's options out of the section.</summary>
    internal static MemcachedOptions Settings(MemcachedStoreOptions options) => new()
    {
        Servers = [.. options.Servers.Select(s => MemcachedEndpoint.Parse(s.Address, s.Weight)).OfType<MemcachedEndpoint>()],
        Connections = options.Connections,
        ConnectTimeout = options.ConnectTimeout,
        CommandTimeout = options.Timeout,
        MaxInFlightBytes = Math.Max(64L * 1024 * 1024, 2L * options.MaxEntryBytes),
        MaxBackoff = TimeSpan.FromSeconds(2),
        // Somebody else's value may be longer than ours, but not without end.
        MaxValueBytes = options.ItemBytes + (64 * 1024),
    };

    /// <inheritdoc />
    protected override int PlaceOf(CacheKey key)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, key.Hash);
        return _client.ServerFor(bytes).Index;
    }

    /// <inheritdoc />
    protected override ValueTask CloseAsync() => _client.DisposeAsync();

    private static MemcachedShard Shard(IMemcachedServer server, MemcachedStoreOptions options) =>
        new(server, options.ItemBytes - ItemOverhead, options.MaxEntryBytes, options.LargeEntries == MemcachedLargeEntries.Split);

    private static long Largest(MemcachedStoreOptions options) =>
        options.LargeEntries == MemcachedLargeEntries.Split ? options.MaxEntryBytes : Math.Min(options.MaxEntryBytes, options.ItemBytes - ItemOverhead);
}
