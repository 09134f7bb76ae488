using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Gateway.Telemetry;

/// <summary>What /metrics carries: section <c>Weir:Metrics</c>. Takes effect at start.</summary>
public sealed class MetricsOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Metrics";

    [Description("Connections, queues and TLS handshakes of the gateway's listeners, as Kestrel counts them.")]
    public bool Kestrel { get; set; } = true;

    [Description("Duration and number of the clients' requests by route, method and status, as ASP.NET Core measures them.")]
    public bool Requests { get; set; } = true;

    [Description("Connections and requests to the farm by address, as .NET's HTTP client measures them.")]
    public bool HttpClient { get; set; }

    [Description("Garbage collection and thread pool of the .NET runtime.")]
    public bool Runtime { get; set; } = true;

    [Description("Further meters by name.")]
    public string[] Meters { get; set; } = [];

    [Description("Series per instrument; measurements for further ones are only counted, in weir_metrics_dropped_total.")]
    [Range(1, 100_000)]
    public int MaxSeries { get; set; } = 2000;
}
