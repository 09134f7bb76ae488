namespace Weir.Forwarding.Admission;

/// <summary>
/// Ends waits that have lasted long enough: 256 buckets of one tick, later deadlines go round again, so joining, leaving
/// and a tick cost the same however many wait. Not safe for concurrent use.
/// </summary>
internal sealed class TimerWheel
{
    private const int Buckets = 256;

    private readonly LinkedList<Waiter>[] _buckets = [.. Enumerable.Range(0, Buckets).Select(_ => new LinkedList<Waiter>())];
    private int _position;

    /// <param name="waiter">Who waits.</param>
    /// <param name="ticks">Ticks until it must end, 1 or more.</param>
    public void Add(Waiter waiter, int ticks)
    {
        waiter.TicksLeft = ticks;
        _buckets[(_position + ticks) % Buckets].AddLast(waiter.InWheel);
    }

    public void Remove(Waiter waiter) => waiter.InWheel.List?.Remove(waiter.InWheel);

    /// <summary>Moves one tick and hands out those whose time has come.</summary>
    public void Advance(List<Waiter> due)
    {
        _position = (_position + 1) % Buckets;
        for (var node = _buckets[_position].First; node is not null;)
        {
            var next = node.Next;
            node.Value.TicksLeft -= Math.Min(node.Value.TicksLeft, Buckets);
            if (node.Value.TicksLeft == 0)
            {
                _buckets[_position].Remove(node);
                due.Add(node.Value);
            }

            node = next;
        }
    }
}
