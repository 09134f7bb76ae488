namespace Weir.Forwarding.Buffering;

/// <summary>Bounds of one spool.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="MemoryBytes">Bytes in memory; below <see cref="SpoolMemory.SmallestBlockBytes"/> it uses none.</param>
/// <param name="FileBytes">Bytes in its temporary file; 0 uses none.</param>
internal sealed record SpoolLimits(SpoolKind Kind, long MemoryBytes, long FileBytes);
