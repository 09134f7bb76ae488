using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Throttle;

/// <summary>A rule beyond page and site; it counts each client by itself. It has a rate, a concurrency or a bandwidth, or several.</summary>
public sealed class ThrottleRuleOptions
{
    [Description("Name in logs, in the RateLimit headers and in the counters' keys: a renamed rule counts from nothing.")]
    [RegularExpression("[A-Za-z0-9._-]{1,64}")]
    public string Name { get; set; } = "";

    [Description("Which requests the rule counts. Host, Path and Methods narrow any scope.")]
    public ThrottleScope Scope { get; set; } = ThrottleScope.Global;

    [Description("Host without port; *. at the start stands for any labels. Needed with Scope Host.")]
    [StringLength(253)]
    public string? Host { get; set; }

    [Description("Id of a route in ReverseProxy:Routes. Needed with Scope Route.")]
    [StringLength(256)]
    public string? Route { get; set; }

    [Description("A path and everything below it, or a pattern with * for any characters and ? for one. Case does not matter. Needed with Scope Path.")]
    [StringLength(256)]
    public string? Path { get; set; }

    [Description("Methods that the rule counts; empty counts all.")]
    [Length(0, 16)]
    public List<string> Methods { get; set; } = [];

    [Description("Requests per second of one client, as a token bucket of Burst tokens.")]
    [Range(0.001, 1_000_000)]
    public double? RequestsPerSecond { get; set; }

    [Description("Requests per minute of one client, in place of RequestsPerSecond.")]
    [Range(0.001, 60_000_000)]
    public double? RequestsPerMinute { get; set; }

    [Description("Requests that may come at once; what one second (minute) allows, and 1 at least, when not set.")]
    [Range(1, 1_000_000)]
    public int? Burst { get; set; }

    [Description("Requests of one client that may be under way at once.")]
    [Range(1, 100_000)]
    public int? ConcurrentRequests { get; set; }

    [Description("Bytes per second of one response's body, after InitialBytes.")]
    [Range(1024, 10_000_000_000)]
    public long? BytesPerSecond { get; set; }

    [Description("Bytes of a body that are not held up.")]
    [Range(0, 1_000_000_000_000)]
    public long InitialBytes { get; set; } = 65536;

    [Description("Only reports what it would refuse or hold up.")]
    public bool DryRun { get; set; }
}
