using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Firewall;

/// <summary>The feeds for routers: section <c>Weir:Firewall:Feeds</c>.</summary>
public sealed class FeedOptions
{
    [Description("Serves /feeds/bans.txt, /feeds/bans.json, /feeds/exabgp and /feeds/bird on the management listener.")]
    public bool Enabled { get; set; }

    [Description("Next hop of announced IPv4 routes: an IPv4 address that the routers discard, or 'self'.")]
    public string NextHop { get; set; } = "self";

    [Description("Next hop of announced IPv6 routes: an IPv6 address that the routers discard, or 'self'.")]
    public string NextHop6 { get; set; } = "self";

    [Description("BGP community of the routes; 65535:666 is BLACKHOLE (RFC 7999).")]
    public string Community { get; set; } = "65535:666";

    [Description("How long a copy of a feed may be used without asking again (Cache-Control and Expires).")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(30);
}
