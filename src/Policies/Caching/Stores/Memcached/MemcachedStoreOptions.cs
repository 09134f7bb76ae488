using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Stores.Memcached;

namespace Weir.Policies.Caching.Stores.Memcached;

/// <summary>The cache's store in Memcached: section <c>Weir:Cache:Memcached</c>.</summary>
public sealed class MemcachedStoreOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Cache:Memcached";

    [Description("Servers, 1.6 or later, without SASL. Every gateway must name the same ones; their order does not matter.")]
    [Length(0, MemcachedOptions.MaxServers)]
    public List<MemcachedServerOptions> Servers { get; set; } = [];

    [Description("What the names of all keys begin with. Gateways with one prefix share their entries.")]
    [RegularExpression("^[A-Za-z0-9:._-]{1,64}$")]
    public string Prefix { get; set; } = "weir:cache:";

    [Description("Connections to a server; each is shared by all requests.")]
    [Range(1, 32)]
    public int Connections { get; set; } = 2;

    [Description("Time for a new connection.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    [Description("Time for a reply; after it a look-up is a miss. Kept to 50 ms.")]
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(250);

    [Description("Largest item that the servers take, in bytes: what their option -I says.")]
    [Range(8192, 128 * 1024 * 1024)]
    public int ItemBytes { get; set; } = 1024 * 1024;

    [Description("What becomes of an entry that does not fit into one item: Split stores it in several, Skip does not store it.")]
    public MemcachedLargeEntries LargeEntries { get; set; } = MemcachedLargeEntries.Split;

    [Description("Largest entry, head and body, in bytes; larger ones are not stored here.")]
    [Range(4096, 256 * 1024 * 1024)]
    public int MaxEntryBytes { get; set; } = 16 * 1024 * 1024;
}
