namespace Weir.Forwarding.Admission;

/// <summary>
/// Requests that wait for the same slots: three priority classes that share 16:4:1, each fair between clients, with the
/// order inside chosen by <see cref="NewestFirstRule"/>. Knows no servers and no clock. Not safe for concurrent use.
/// </summary>
internal sealed class WaitLine(NewestFirstRule rule)
{
    private static readonly int[] Shares = [16, 4, 1];

    private readonly FairBand[] _bands = [new(), new(), new()];
    private readonly int[] _credit = new int[3];
    private readonly LinkedList<Waiter> _byAge = new();

    /// <summary>Whether the newest is served first now.</summary>
    public NewestFirstRule Rule => rule;

    /// <summary>Requests waiting.</summary>
    public int Count => _byAge.Count;

    /// <summary>Memory charged by the waiting requests.</summary>
    public long Bytes { get; private set; }

    /// <summary>The request that has waited longest; null when none waits.</summary>
    public Waiter? Oldest => _byAge.First?.Value;

    public void Add(Waiter waiter)
    {
        _bands[(int)waiter.Priority].Add(waiter);
        _byAge.AddLast(waiter.InAge);
        Bytes += waiter.Bytes;
        waiter.Line = this;
    }

    /// <summary>Takes the request whose turn it is; null when none waits.</summary>
    public Waiter? Take()
    {
        // Smooth weighted round-robin over the classes with someone in them.
        var chosen = -1;
        var total = 0;
        for (var i = 0; i < _bands.Length; i++)
        {
            if (_bands[i].Count == 0)
                continue;
            _credit[i] += Shares[i];
            total += Shares[i];
            if (chosen < 0 || _credit[i] > _credit[chosen])
                chosen = i;
        }

        if (chosen < 0)
            return null;
        _credit[chosen] -= total;
        var waiter = _bands[chosen].Take(rule.IsOn)!;
        Forget(waiter);
        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        _bands[(int)waiter.Priority].Remove(waiter);
        Forget(waiter);
    }

    /// <summary>
    /// Requests that will be served before one that joins now, oldest first: each client waits for as many turns as it
    /// has requests, and a class waits for the shares of the others.
    /// </summary>
    public int Ahead(ulong clientKey, PriorityClass priority)
    {
        var band = _bands[(int)priority];
        var turns = band.CountOf(clientKey);
        var clients = band.Clients + (turns == 0 ? 1 : 0);
        var inBand = Math.Min(band.Count, (long)(turns + 1) * clients - 1);
        var ahead = inBand;
        for (var i = 0; i < _bands.Length; i++)
        {
            if (i != (int)priority)
                ahead += Math.Min(_bands[i].Count, (inBand + 1) * Shares[i] / Shares[(int)priority]);
        }

        return (int)ahead;
    }

    /// <summary>
    /// The request that makes room for one of <paramref name="clientKey"/>; null when that client is itself the greediest,
    /// so that its own request is the one to refuse.
    /// </summary>
    /// <param name="clientKey">Who wants to join.</param>
    /// <param name="priority">The class it would join.</param>
    public Waiter? Victim(ulong clientKey, PriorityClass priority)
    {
        var own = _bands[(int)priority].CountOf(clientKey);
        ClientFlow? greediest = null;
        // A less important class loses first when its greediest client has as many waiting.
        for (var i = _bands.Length - 1; i >= (int)priority; i--)
        {
            if (_bands[i].Greediest() is { } flow && (greediest is null || flow.Waiting.Count > greediest.Waiting.Count))
                greediest = flow;
        }

        if (greediest is null || greediest.Waiting.Count <= own)
            return null;
        // The request that would be served last: the oldest when the newest goes first, else the newest.
        return (rule.IsOn ? greediest.Waiting.First : greediest.Waiting.Last)!.Value;
    }

    private void Forget(Waiter waiter)
    {
        _byAge.Remove(waiter.InAge);
        Bytes -= waiter.Bytes;
        waiter.Line = null;
    }
}
