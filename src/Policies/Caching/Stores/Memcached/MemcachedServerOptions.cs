using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Stores.Memcached;

namespace Weir.Policies.Caching.Stores.Memcached;

/// <summary>One server of <see cref="MemcachedStoreOptions.Servers"/>.</summary>
public sealed class MemcachedServerOptions
{
    [Description("host:port, host (port 11211) or the path of a Unix socket. The place of its keys comes from this text: localhost and 127.0.0.1 are two servers.")]
    [StringLength(300, MinimumLength = 1)]
    public string Address { get; set; } = "";

    [Description("Its share of the keys beside the others' weights.")]
    [Range(1, MemcachedEndpoint.MaxWeight)]
    public int Weight { get; set; } = 1;
}
