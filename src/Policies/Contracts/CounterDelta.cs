using System.Runtime.InteropServices;

namespace Weir.Policies.Contracts;

/// <summary>What one replica counted under one key since it last told the others.</summary>
/// <param name="Counter">Hash of rule, client and, where the rule counts by it, page. Equal on all replicas with the same rules.</param>
/// <param name="Hits">Requests, 1 and more.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CounterDelta(ulong Counter, uint Hits);
