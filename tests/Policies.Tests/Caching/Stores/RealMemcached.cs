using Weir.Support;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>Two memcached for the tests of a class; each test has a prefix of its own.</summary>
public sealed class RealMemcached : IAsyncLifetime
{
    internal MemcachedServer First { get; private set; } = null!;

    internal MemcachedServer Second { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (First, Second) = (await MemcachedServer.StartAsync(), await MemcachedServer.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }
}
