using System.Numerics;

namespace Weir.Forwarding.Admission;

/// <summary>
/// One priority class of a line, fair between clients as fq_codel is between flows (RFC 8290): a client that arrives
/// with nothing waiting is new; once served with more waiting it joins the old ones, who take turns. New and old clients
/// are interleaved by their numbers, so that neither starves the other. Not safe for concurrent use.
/// </summary>
internal sealed class FairBand
{
    private const int PooledFlows = 1024;

    private readonly Dictionary<ulong, ClientFlow> _flows = [];
    private readonly LinkedList<ClientFlow> _new = new();
    private readonly LinkedList<ClientFlow> _old = new();

    // Flows by the power of two of their length: the greediest client is found without a scan, to a factor of two.
    private readonly LinkedList<ClientFlow>[] _bySize = [.. Enumerable.Range(0, 32).Select(_ => new LinkedList<ClientFlow>())];
    private readonly Stack<ClientFlow> _pool = new();
    private int _oldCredit;

    /// <summary>Requests waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Clients waiting.</summary>
    public int Clients => _flows.Count;

    /// <summary>Requests that one client has waiting here.</summary>
    public int CountOf(ulong clientKey) => _flows.TryGetValue(clientKey, out var flow) ? flow.Waiting.Count : 0;

    /// <summary>Requests of the client with the most, to a factor of two.</summary>
    public ClientFlow? Greediest()
    {
        for (var size = _bySize.Length - 1; size >= 0; size--)
        {
            if (_bySize[size].First is { } node)
                return node.Value;
        }

        return null;
    }

    public void Add(Waiter waiter)
    {
        if (!_flows.TryGetValue(waiter.ClientKey, out var flow))
        {
            flow = _pool.TryPop(out var pooled) ? pooled : new ClientFlow();
            flow.Key = waiter.ClientKey;
            _flows.Add(flow.Key, flow);
            _new.AddLast(flow.InTurn);
        }

        var before = SizeOf(flow);
        flow.Waiting.AddLast(waiter.InFlow);
        Resized(flow, before);
        waiter.Flow = flow;
        Count++;
    }

    /// <summary>Takes the request whose turn it is; null when none waits.</summary>
    /// <param name="newestFirst">The newest of the new clients and of each client's requests instead of the oldest.</param>
    public Waiter? Take(bool newestFirst)
    {
        var flow = NextFlow(newestFirst);
        if (flow is null)
            return null;
        var waiter = (newestFirst ? flow.Waiting.Last : flow.Waiting.First)!.Value;
        Remove(waiter);
        if (flow.Waiting.Count > 0)
        {
            flow.InTurn.List!.Remove(flow.InTurn);
            _old.AddLast(flow.InTurn);
        }

        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        var flow = waiter.Flow!;
        var before = SizeOf(flow);
        flow.Waiting.Remove(waiter.InFlow);
        Resized(flow, before);
        waiter.Flow = null;
        Count--;
        if (flow.Waiting.Count > 0)
            return;
        flow.InTurn.List!.Remove(flow.InTurn);
        _flows.Remove(flow.Key);
        if (_pool.Count < PooledFlows)
            _pool.Push(flow);
    }

    private ClientFlow? NextFlow(bool newestFirst)
    {
        if (_new.Count == 0)
            return _old.First?.Value;
        if (_old.Count > 0)
        {
            _oldCredit += _old.Count;
            if (_oldCredit >= _old.Count + _new.Count)
            {
                _oldCredit -= _old.Count + _new.Count;
                return _old.First!.Value;
            }
        }

        return (newestFirst ? _new.Last : _new.First)!.Value;
    }

    private void Resized(ClientFlow flow, int before)
    {
        var after = SizeOf(flow);
        if (before == after)
            return;
        if (before >= 0)
            _bySize[before].Remove(flow.InSize);
        if (after >= 0)
            _bySize[after].AddLast(flow.InSize);
    }

    private static int SizeOf(ClientFlow flow) => flow.Waiting.Count == 0 ? -1 : BitOperations.Log2((uint)flow.Waiting.Count);
}
