using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Policies.Caching.Stores.Distributed;
using Weir.Policies.Caching.Stores.Memcached;
using Weir.Policies.Caching.Stores.Memory;
using Weir.Policies.Caching.Stores.Redis;

namespace Weir.Policies.Caching;

/// <summary>Answers that are kept and given again: section <c>Weir:Cache</c>.</summary>
public sealed class CachingOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Cache";

    [Description("Stores answers of the routes in Routes and serves them again as RFC 9111 allows.")]
    public bool Enabled { get; set; }

    [Description("Routes whose answers are stored: id of the route, name of the policy. The policy 'default' is always there; Policies may change it.")]
    [Length(0, 10_000)]
    public Dictionary<string, string> Routes { get; set; } = [];

    [Description("Policies by name: what makes two requests the same, what is never stored, and what the operator decides in place of the origin.")]
    [Length(0, 1000)]
    public Dictionary<string, CachePolicyOptions> Policies { get; set; } = [];

    [Description("What stands behind the memory store: Memory (nothing), Redis, Memcached or Distributed. Read at start.")]
    public CacheStoreKind Store { get; set; }

    [Description("The memory store, which is always in front.")]
    public MemoryStoreOptions Memory { get; set; } = new();

    [Description("The store in Redis. Read at start.")]
    public RedisStoreOptions Redis { get; set; } = new();

    [Description("The store in Memcached. Read at start.")]
    public MemcachedStoreOptions Memcached { get; set; } = new();

    [Description("The store in a registered IDistributedCache. Read at start.")]
    public DistributedStoreOptions Distributed { get; set; } = new();

    [Description("Longest time that a memory copy of what lies in a store shared with other gateways is used before the store is asked again: how late a change made through another gateway may be seen without a shared state.")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SharedRefresh { get; set; } = TimeSpan.FromSeconds(30);

    [Description("Fetches for the cache under way at once; further requests go to the servers uncached.")]
    [Range(1, 1_000_000)]
    public int MaxFetches { get; set; } = 4096;

    [Description("Bytes of bodies that are being fetched and not stored yet; beyond, answers go to their clients uncached.")]
    [Range(1L << 20, 1L << 40)]
    public long MaxFetchBytes { get; set; } = 256L << 20;

    [Description("Refreshes in the background at once; beyond, the stale answer is served and the next request tries.")]
    [Range(0, 100_000)]
    public int MaxRefreshes { get; set; } = 64;

    [Description("Places of the table that remembers which URLs are not worth waiting for and how often one was asked for; a place is 12 bytes. Read at start.")]
    [Range(1024, 1 << 26)]
    public int Marks { get; set; } = 65_536;

    [Description("Name of this cache in Cache-Status.")]
    [RegularExpression("^[A-Za-z*][A-Za-z0-9_.:*/-]{0,63}$")]
    public string Name { get; set; } = "Weir";
}
