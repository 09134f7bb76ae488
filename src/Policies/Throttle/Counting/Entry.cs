using System.Runtime.InteropServices;

namespace Weir.Policies.Throttle.Counting;

/// <summary>One counter: 32 bytes, so that a set of eight lies in four cache lines.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct Entry
{
    /// <summary>Size of an entry.</summary>
    public const int Bytes = 32;

    /// <summary>What it counts, see <see cref="CounterKey"/>; 0 for an entry that is free.</summary>
    public ulong Key;

    /// <summary>When the counter was opened, in ticks of 100 ns.</summary>
    public long Start;

    /// <summary>From when on it says nothing any more, in ticks of 100 ns.</summary>
    public long Expires;

    /// <summary>Hits; it stops at the largest number.</summary>
    public uint Count;

    /// <summary>In the first entry of a set: 1 while somebody is at the set.</summary>
    public int Lock;
}
