using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Stores.Distributed;
using Weir.Policies.Caching.Stores.Remote;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>The store in the framework's own IDistributedCache.</summary>
public sealed class DistributedStoreTests : StoredBytesConformance
{
    private const string Prefix = "t:";
    private readonly CacheMeters _meters = new();
    private readonly MemoryDistributedCache _cache = new(Options.Create(new MemoryDistributedCacheOptions()));

    private protected override long Unreadable => _meters.Unreadable;

    private protected override Task<ICacheStore> CreateAsync(int maxEntryBytes) => Task.FromResult<ICacheStore>(new DistributedStore(
        _cache, new DistributedStoreOptions { Prefix = Prefix, MaxEntryBytes = maxEntryBytes, Timeout = Patience }, new StoreMetrics(_meters), NullLogger.Instance, TimeProvider.System));

    private protected override async Task PutBytesAsync(ICacheStore store, CacheKey key, byte[] bytes)
    {
        var generation = await _cache.GetAsync($"{Prefix}generation");
        var name = Encoding.ASCII.GetString(RemoteKeys.Entry(Encoding.ASCII.GetBytes(Prefix), BinaryPrimitives.ReadUInt64LittleEndian(generation), key));
        Assert.NotNull(await _cache.GetAsync(name));
        await _cache.SetAsync(name, bytes, new DistributedCacheEntryOptions());
    }

    private protected override ValueTask EndAsync()
    {
        _meters.Dispose();
        return ValueTask.CompletedTask;
    }
}
