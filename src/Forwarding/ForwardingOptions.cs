using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Forwarding;

/// <summary>Talking to the servers: section <c>Weir:Forwarding</c>.</summary>
public sealed class ForwardingOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Forwarding";

    [Description("Longest connection attempt, name resolution and TLS included.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    [Description("Longest time in which a server must take a part of the request.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(60);

    [Description("Longest silence of a server before and within its answer, where the cluster's HttpRequest:ActivityTimeout does not say; as YARP.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(100);

    [Description("Longest time from the slot to the end of the server's answer; null sets no bound. Upgraded connections are exempt.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan? TotalTimeout { get; set; }

    [Description("Longest silence on an upgraded connection (WebSocket), both ways.")]
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan UpgradeIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    [Description("How long upgraded connections go on once the gateway stops; then they are closed in order.")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan UpgradeDrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Passes the client's Host on, as Apache's virtual hosts need it, unless the route's transforms say otherwise. False sends the destination's own, as YARP does. Counts at start.")]
    public bool PreserveHost { get; set; } = true;

    [Description("True hands everything to YARP's own forwarder; the connection rules of the MPMs then count less.")]
    public bool UseStockForwarder { get; set; }
}
