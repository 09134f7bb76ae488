using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Stores.Redis;

/// <summary>Entries in Redis, shared by all gateways with the same prefix.</summary>
internal sealed class RedisStore : RemoteStore
{
    /// <summary>Of the client's metrics.</summary>
    public const string Use = "cache";

    private readonly IRedisClient _client;

    /// <param name="client">Owned from here on. One with <see cref="RedisLimits.KeepsValues"/> saves memory.</param>
    /// <param name="options">Validated.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    public RedisStore(IRedisClient client, RedisStoreOptions options, StoreMetrics metrics, ILogger logger, TimeProvider clock)
        : base("redis", options.Prefix, options.MaxEntryBytes, [new RemotePlace(client.Endpoint, new RedisShard(client), options.Prefix, clock)], metrics, logger) =>
        _client = client;

    /// <summary>A store with a client of its own, which starts to connect at once.</summary>
    /// <param name="options">Validated; names a server.</param>
    /// <param name="clientName">Name of the connections in CLIENT LIST; null for none.</param>
    /// <param name="redisMetrics">The client's counts.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    public static RedisStore Connect(
        RedisStoreOptions options, string? clientName, RedisMetrics redisMetrics, StoreMetrics metrics, ILogger logger, TimeProvider clock)
    {
#pragma warning disable CA2000 // The store owns it.
        var client = new RedisClient(RedisStoreSettings.Of(options, clientName), Use, redisMetrics, logger, clock);
#pragma warning restore CA2000
        return new RedisStore(client, options, metrics, logger, clock);
    }

    /// <inheritdoc />
    protected override int PlaceOf(CacheKey key) => 0;

    /// <inheritdoc />
    protected override ValueTask CloseAsync() => _client.DisposeAsync();
}
