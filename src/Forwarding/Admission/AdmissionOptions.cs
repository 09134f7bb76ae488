using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Admission;

/// <summary>The waiting line in front of each cluster: section <c>Weir:Admission</c>.</summary>
public sealed class AdmissionOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Admission";

    [Description("A request that would wait longer for a slot is refused at once with 503 and Retry-After.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Requests that may wait per cluster; past it the client with the most waiting requests loses one.")]
    [Range(0, 1_000_000)]
    public int MaxLength { get; set; } = 10_000;

    [Description("Memory that the waiting requests of a cluster may hold, in bytes: a fixed part each plus their headers.")]
    [Range(0L, 1L << 40)]
    public long MaxBytes { get; set; } = 64 << 20;

    [Description("Once the oldest request has waited this long, the newest is served first, as CoDel's target. Shortened by what the line learns of its clients' patience.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan Target { get; set; } = TimeSpan.FromSeconds(5);

    [Description("Request header that carries the client's own deadline (milliseconds, or a number with unit ms, s, m); null trusts none.")]
    [RegularExpression("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$")]
    public string? DeadlineHeader { get; set; }

    [Description("Settings by YARP route id.")]
    public Dictionary<string, RouteAdmissionOptions> Routes { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    [Description("Retries on another server after a failed connection or an unanswered idempotent request.")]
    public RetryOptions Retry { get; set; } = new();

    [Description("Leaving out a server whose connections fail, and its slow return.")]
    public EjectionOptions Ejection { get; set; } = new();
}
