using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Admission;

/// <summary>
/// The lines of sessions that wait for their own server, one per server with someone waiting. Not safe for concurrent use.
/// </summary>
internal sealed class PinnedLines(Func<WaitLine> make)
{
    private readonly Dictionary<ServerSlots, WaitLine> _lines = [];
    private long _credit;

    /// <summary>Every line, also those that have just emptied.</summary>
    public IEnumerable<WaitLine> All => _lines.Values;

    /// <summary>The line of a server, made when it has none.</summary>
    public WaitLine For(ServerSlots server)
    {
        if (!_lines.TryGetValue(server, out var line))
            _lines.Add(server, line = make());
        return line;
    }

    /// <summary>The line of a server if someone waits in it.</summary>
    public WaitLine? WithWaiting(ServerSlots server) => _lines.GetValueOrDefault(server) is { Count: > 0 } line ? line : null;

    /// <summary>Whose turn it is at a server: each side gets the share of its clients.</summary>
    public WaitLine Turn(WaitLine pinned, WaitLine shared)
    {
        var clients = pinned.Clients + shared.Clients;
        _credit += pinned.Clients;
        if (_credit < clients)
            return shared;
        _credit = Math.Min(_credit - clients, clients);
        return pinned;
    }

    /// <summary>Requests that one client has waiting in all lines.</summary>
    public int CountOf(ulong clientKey) => _lines.Values.Sum(l => l.CountOf(clientKey));

    /// <summary>The client with the most requests in one class of one line, to a factor of two, and its line.</summary>
    public (WaitLine Line, ClientFlow? Flow) Greediest(WaitLine shared)
    {
        var (line, flow) = (shared, shared.Greediest());
        foreach (var other in _lines.Values)
        {
            if (other.Greediest() is { } candidate && (flow is null || candidate.Waiting.Count > flow.Waiting.Count))
                (line, flow) = (other, candidate);
        }

        return (line, flow);
    }

    /// <summary>Those who wait for a server that left, is in maintenance or is ejected; lines without anyone are let go.</summary>
    public List<Waiter> OfServersThatTakeNothing(ClusterMembers members)
    {
        if (_lines.Count == 0)
            return [];
        var stranded = new List<Waiter>();
        foreach (var (server, line) in _lines)
        {
            if (line.Count == 0)
                _lines.Remove(server);
            else if (members.Of(server) is null || server.Mode == ServerMode.Maintenance || server.Health.IsEjected)
                stranded.AddRange(line.Everyone());
        }

        return stranded;
    }
}
