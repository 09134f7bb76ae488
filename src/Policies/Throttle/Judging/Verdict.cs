using System.Runtime.InteropServices;

namespace Weir.Policies.Throttle.Judging;

/// <summary>What the counters say about one request.</summary>
/// <param name="Reason">Why it is refused, one of <see cref="ThrottleReason"/>; null lets it pass.</param>
/// <param name="Rule">The counter that refuses it, else the one with the least left; null for a block, or when nothing counted.</param>
/// <param name="Left">Requests that would still pass by that counter.</param>
/// <param name="Reset">Ticks until it begins anew, or until the refused one may come again.</param>
/// <param name="StartsBlock">True for the request that a block begins with.</param>
/// <param name="IsDry">The rule only reports.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Verdict(string? Reason, CountRule? Rule, long Left, long Reset, bool StartsBlock, bool IsDry)
{
    public static Verdict Uncounted => default;

    public bool Refuses => Reason is not null && !IsDry;
}
