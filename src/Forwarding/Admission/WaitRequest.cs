using System.Runtime.InteropServices;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Admission;

/// <summary>What a request brings to the line.</summary>
/// <param name="ClientKey">Who it counts for.</param>
/// <param name="Priority">Its class.</param>
/// <param name="MaxWait">How long it may wait.</param>
/// <param name="IsClientDeadline">True when <paramref name="MaxWait"/> came from the client.</param>
/// <param name="HeaderBytes">Its headers' size, for the line's memory bound.</param>
/// <param name="Pinned">The only server that will do; null for any.</param>
/// <param name="Avoid">The servers that a retry must not meet again; null for a first try.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WaitRequest(
    ulong ClientKey,
    PriorityClass Priority,
    TimeSpan MaxWait,
    bool IsClientDeadline,
    int HeaderBytes,
    ServerSlots? Pinned,
    IReadOnlyList<ServerSlots>? Avoid);
