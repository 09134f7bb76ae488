namespace Weir.Policies.Caching.Stores.Memory;

/// <summary>First in, first out, with what it holds counted in bytes. Used under the store's lock.</summary>
internal sealed class NodeQueue
{
    private MemoryNode? _newest;

    public MemoryNode? Oldest { get; private set; }

    public long Bytes { get; private set; }

    public int Count { get; private set; }

    public void Add(MemoryNode node)
    {
        (node.Queue, node.Older, node.Newer) = (this, _newest, null);
        if (_newest is null)
            Oldest = node;
        else
            _newest.Newer = node;
        _newest = node;
        Bytes += node.Charge;
        Count++;
    }

    public void Remove(MemoryNode node)
    {
        if (node.Older is null)
            Oldest = node.Newer;
        else
            node.Older.Newer = node.Newer;
        if (node.Newer is null)
            _newest = node.Older;
        else
            node.Newer.Older = node.Older;
        (node.Queue, node.Older, node.Newer) = (null, null, null);
        Bytes -= node.Charge;
        Count--;
    }

    /// <summary>An entry of this queue is now counted with another size.</summary>
    public void Recharge(MemoryNode node, long charge)
    {
        Bytes += charge - node.Charge;
        node.Charge = charge;
    }
}
