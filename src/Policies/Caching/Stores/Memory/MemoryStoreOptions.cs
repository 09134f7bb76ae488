using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Caching.Stores.Memory;

/// <summary>How much memory stored answers may take.</summary>
public sealed class MemoryStoreOptions
{
    /// <summary>Bytes for all entries: keys, heads, bodies and what they cost beside.</summary>
    [Description("Bytes of memory for stored answers, all they cost counted.")]
    [Range(1L << 20, 1L << 40)]
    public long MaxBytes { get; set; } = 128 << 20;

    /// <summary>Bytes of the largest entry.</summary>
    [Description("Bytes of the largest answer that is stored in memory. At most a quarter of MaxBytes.")]
    [Range(1024, int.MaxValue)]
    public int MaxEntryBytes { get; set; } = 8 << 20;
}
