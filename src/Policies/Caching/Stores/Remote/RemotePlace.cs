namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>A shard and what a store remembers of it.</summary>
/// <param name="name">For people: an endpoint.</param>
/// <param name="shard">The server.</param>
/// <param name="prefix">Of all keys.</param>
/// <param name="clock">Clock.</param>
internal sealed class RemotePlace(string name, RemoteShard shard, string prefix, TimeProvider clock)
{
    public string Name { get; } = name;

    public RemoteShard Shard { get; } = shard;

    public StoreCircuit Circuit { get; } = new(clock);

    public LostRemovals Lost { get; } = new();

    public StoreGeneration Generation { get; } = new(shard, RemoteKeys.Generation(prefix), clock);
}
