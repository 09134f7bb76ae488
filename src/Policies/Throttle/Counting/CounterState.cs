using System.Runtime.InteropServices;

namespace Weir.Policies.Throttle.Counting;

/// <summary>A counter at one instant.</summary>
/// <param name="Count">Hits.</param>
/// <param name="Expires">When they are forgotten, in ticks of 100 ns.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CounterState(uint Count, long Expires);
