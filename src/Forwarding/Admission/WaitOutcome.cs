using System.Runtime.InteropServices;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Admission;

/// <summary>How a request's wait ended: with a slot, or with the reason why there is none.</summary>
/// <param name="Member">The server whose slot was granted; null when refused or given up.</param>
/// <param name="Slot">The slot; the receiver disposes it.</param>
/// <param name="Reason">Why there is no slot; <see cref="RefusalReason.None"/> when there is one.</param>
/// <param name="RetryAfterSeconds">For a refusal, when the line expects to have room.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WaitOutcome(ServerMember? Member, Slot Slot, RefusalReason Reason, int RetryAfterSeconds);
