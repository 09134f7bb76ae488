using System.Runtime.InteropServices;

namespace Weir.Policies.Throttle.Counting;

/// <summary>A bucket at one instant.</summary>
/// <param name="Left">Whole tokens left; -1 when there was not what was asked for.</param>
/// <param name="Ready">When as much as was asked for will be there, in ticks of 100 ns.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BucketState(long Left, long Ready);
