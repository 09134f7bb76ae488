namespace Weir.Stores.Memcached;

/// <summary>Tags of a server's metrics.</summary>
/// <param name="Use">What the client serves, a word of the code.</param>
/// <param name="Server">The server's place in the list, from 0; at most <see cref="MemcachedOptions.MaxServers"/> of them.</param>
internal sealed record MemcachedTags(string Use, string Server)
{
    public KeyValuePair<string, object?> UseTag { get; } = new("use", Use);

    public KeyValuePair<string, object?> ServerTag { get; } = new("server", Server);
}
