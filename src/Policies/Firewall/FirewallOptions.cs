using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Firewall;

/// <summary>Bans in the kernel and in feeds for routers: section <c>Weir:Firewall</c>.</summary>
public sealed class FirewallOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Firewall";

    [Description("Hands bans to the enforcer ('weir firewall enforce'), which drops the packets of banned clients in the kernel.")]
    public bool Enabled { get; set; }

    [Description("Unix socket of the enforcer.")]
    public string Socket { get; set; } = "/run/weir-firewall/socket";

    [Description("Banned networks at once in the kernel and in the feeds; past it those that end soonest are left to the gateway itself.")]
    [Range(1, 1_000_000)]
    public int MaxEntries { get; set; } = 65_536;

    [Description("Changes are collected this long and sent as one batch.")]
    [Range(typeof(TimeSpan), "00:00:00.02", "00:00:10")]
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(200);

    [Description("How often the kernel's list is compared with that of the gateway, and repaired where they differ.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromMinutes(1);

    [Description("Networks that the kernel and the routers are never told to drop, nor any network that contains one of them. The enforcer has a list of its own.")]
    [Length(0, 1024)]
    public List<string> Never { get; set; } = ["127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10"];

    [Description("Lists of the bans on the management listener, for routers that pull them.")]
    public FeedOptions Feeds { get; set; } = new();
}
