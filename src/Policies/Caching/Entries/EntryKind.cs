namespace Weir.Policies.Caching.Entries;

/// <summary>What a stored entry is; the numbers are part of the format.</summary>
#pragma warning disable CA1028 // One byte of the format.
internal enum EntryKind : byte
#pragma warning restore CA1028
{
    None = 0,
    Response = 1,
    VaryIndex = 2,
}
