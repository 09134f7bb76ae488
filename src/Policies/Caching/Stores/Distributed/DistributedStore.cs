using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores.Remote;

namespace Weir.Policies.Caching.Stores.Distributed;

/// <summary>
/// Entries in an IDistributedCache that somebody registered: another client for Redis or Memcached, SQL Server, Cosmos. It is not
/// disposed here: the container owns it.
/// </summary>
/// <param name="cache">Where; see <see cref="DistributedStoreOptions.ServiceKey"/>.</param>
/// <param name="options">Validated.</param>
/// <param name="metrics">Counts.</param>
/// <param name="logger">Log.</param>
/// <param name="clock">Clock.</param>
internal sealed class DistributedStore(IDistributedCache cache, DistributedStoreOptions options, StoreMetrics metrics, ILogger logger, TimeProvider clock)
    : RemoteStore(
        "distributed", options.Prefix, options.MaxEntryBytes,
        [new RemotePlace(cache.GetType().Name, new DistributedShard(cache, options.Timeout, clock), options.Prefix, clock)], metrics, logger)
{
    /// <inheritdoc />
    protected override int PlaceOf(CacheKey key) => 0;

    /// <inheritdoc />
    protected override ValueTask CloseAsync() => ValueTask.CompletedTask;
}
