using Microsoft.Extensions.Caching.Distributed;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>An IDistributedCache that does what a test says before it does what it should.</summary>
internal sealed class FaultyCache(IDistributedCache inner) : IDistributedCache
{
    private int _calls;

    /// <summary>Awaited before each call; null for nothing.</summary>
    public Func<Task>? Before { get; set; }

    public int Calls => Volatile.Read(ref _calls);

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    // The token is not looked at: such clients exist.
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        await BeforeAsync();
        return await inner.GetAsync(key, CancellationToken.None);
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        await BeforeAsync();
        await inner.RemoveAsync(key, CancellationToken.None);
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await BeforeAsync();
        await inner.SetAsync(key, value, options, CancellationToken.None);
    }

    private Task BeforeAsync()
    {
        Interlocked.Increment(ref _calls);
        return Before?.Invoke() ?? Task.CompletedTask;
    }
}
