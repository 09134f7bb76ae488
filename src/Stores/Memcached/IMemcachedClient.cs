namespace Weir.Stores.Memcached;

/// <summary>
/// Memcached servers, 1.6 and later (the meta protocol), without SASL: Memcached belongs on a network of its own. Each key lies on
/// one server by consistent hashing; a server that is lost keeps its keys, so the others' do not move. Safe for any number of callers.
/// </summary>
public interface IMemcachedClient : IAsyncDisposable
{
    /// <summary>In the order of the options.</summary>
    IReadOnlyList<IMemcachedServer> Servers { get; }

    /// <summary>The server of a key, up or down.</summary>
    /// <param name="key">Any bytes.</param>
    IMemcachedServer ServerFor(ReadOnlySpan<byte> key);
}
