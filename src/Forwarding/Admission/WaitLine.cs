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

    /// <summary>Clients waiting; one in two classes counts twice.</summary>
    public int Clients => _bands[0].Clients + _bands[1].Clients + _bands[2].Clients;

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

    /// <summary>All who wait, oldest first.</summary>
    public IEnumerable<Waiter> Everyone() => _byAge;

    /// <summary>Requests that one client has waiting, in every class.</summary>
    public int CountOf(ulong clientKey) => _bands[0].CountOf(clientKey) + _bands[1].CountOf(clientKey) + _bands[2].CountOf(clientKey);

    /// <summary>The client with the most requests waiting in one class, to a factor of two; null when none waits.</summary>
    public ClientFlow? Greediest()
    {
        ClientFlow? greediest = null;
        // From the least important: with as many waiting it loses first.
        for (var i = _bands.Length - 1; i >= 0; i--)
        {
            if (_bands[i].Greediest() is { } flow && (greediest is null || flow.Waiting.Count > greediest.Waiting.Count))
                greediest = flow;
        }

        return greediest;
    }

    /// <summary>The request of a client that would be served last: its oldest when the newest goes first, else its newest.</summary>
    public Waiter LastOf(ClientFlow flow) => (rule.IsOn ? flow.Waiting.First : flow.Waiting.Last)!.Value;

    private void Forget(Waiter waiter)
    {
        _byAge.Remove(waiter.InAge);
        Bytes -= waiter.Bytes;
        waiter.Line = null;
    }
}
