using Weir.Support;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>One redis-server for the tests of a class; each test has a prefix of its own.</summary>
public sealed class RealRedis : IAsyncLifetime
{
    internal RedisServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
