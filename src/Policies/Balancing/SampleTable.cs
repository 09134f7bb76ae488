using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>
/// Draws servers of a large farm in proportion to their weight. Drawn evenly, a server of 4,000 slots among small ones would be seen
/// so rarely that the small ones filled up first.
/// </summary>
internal sealed class SampleTable
{
    private readonly ServerMember[] _members;
    private readonly double[] _upTo;
    private int _drawsLeft;

    /// <param name="members">One member or more.</param>
    public SampleTable(ServerMember[] members)
    {
        _members = members;
        _upTo = new double[members.Length];
        Rebuild();
    }

    /// <summary>Index of a server; O(log n). Weights are read anew every n draws, so a changed limit shows soon.</summary>
    public int Draw()
    {
        // Only the draw that reaches zero rebuilds; those that race past it use what is there.
        if (Interlocked.Decrement(ref _drawsLeft) == 0)
            Rebuild();
        var at = Array.BinarySearch(_upTo, Random.Shared.NextDouble() * _upTo[^1]);
        // A rebuild at the same time may mislead the search: to another server, never out of the table.
        return Math.Min(at < 0 ? ~at : at, _members.Length - 1);
    }

    private void Rebuild()
    {
        var sum = 0.0;
        for (var i = 0; i < _members.Length; i++)
        {
            sum += Weights.Of(_members[i]);
            _upTo[i] = sum;
        }

        Volatile.Write(ref _drawsLeft, _members.Length);
    }
}
