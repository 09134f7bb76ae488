using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Memory;

/// <summary>
/// Nodes by key: chains in a table that doubles. Read without a lock, changed under the store's. A node keeps its link when it is
/// taken out, so a reader on it goes on to the rest. While the table doubles, moved nodes lead to moved nodes only and every chain
/// ends; a reader may then miss what is there, which a cache may.
/// </summary>
internal sealed class NodeTable
{
    private const int Least = 1024;

    private MemoryNode?[] _buckets = new MemoryNode?[Least];

    public int Count { get; private set; }

    public int Buckets => _buckets.Length;

    public MemoryNode? Find(CacheKey key)
    {
        var buckets = Volatile.Read(ref _buckets);
        for (var node = Volatile.Read(ref buckets[Index(key, buckets)]); node is not null; node = Volatile.Read(ref node.InBucket))
        {
            if (node.Key == key)
                return node;
        }

        return null;
    }

    /// <summary>Adds one whose key is not there.</summary>
    public void Add(MemoryNode node)
    {
        if (Count >= _buckets.Length)
            Double();
        Push(_buckets, node);
        Count++;
    }

    public void Remove(MemoryNode node)
    {
        ref var link = ref _buckets[Index(node.Key, _buckets)];
        while (link != node)
            link = ref link!.InBucket;
        Volatile.Write(ref link, node.InBucket);
        Count--;
    }

    public void Clear()
    {
        Volatile.Write(ref _buckets, new MemoryNode?[Least]);
        Count = 0;
    }

    private static int Index(CacheKey key, MemoryNode?[] buckets) => (int)(ulong)key.Hash & (buckets.Length - 1);

    private static void Push(MemoryNode?[] buckets, MemoryNode node)
    {
        ref var head = ref buckets[Index(node.Key, buckets)];
        Volatile.Write(ref node.InBucket, head);
        Volatile.Write(ref head, node);
    }

    private void Double()
    {
        var old = _buckets;
        var wider = new MemoryNode?[old.Length * 2];
        foreach (var head in old)
        {
            for (var node = head; node is not null;)
            {
                var next = node.InBucket;
                Push(wider, node);
                node = next;
            }
        }

        Volatile.Write(ref _buckets, wider);
    }
}
