using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Caching.Stores.Distributed;

/// <summary>The cache's store in a registered IDistributedCache: section <c>Weir:Cache:Distributed</c>.</summary>
public sealed class DistributedStoreOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Cache:Distributed";

    [Description("Key of the service when the IDistributedCache is registered under one; null takes the one without.")]
    [StringLength(256, MinimumLength = 1)]
    public string? ServiceKey { get; set; }

    [Description("What the names of all keys begin with. Gateways with one prefix share their entries.")]
    [RegularExpression("^[A-Za-z0-9:._-]{1,64}$")]
    public string Prefix { get; set; } = "weir:cache:";

    [Description("Time for a call; after it a look-up is a miss.")]
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(250);

    [Description("Largest entry, head and body, in bytes; larger ones are not stored here.")]
    [Range(4096, 256 * 1024 * 1024)]
    public int MaxEntryBytes { get; set; } = 16 * 1024 * 1024;
}
