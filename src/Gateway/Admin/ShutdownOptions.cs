using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Gateway.Admin;

/// <summary>How the gateway ends: section <c>Weir:Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Shutdown";

    [Description("After SIGTERM the gateway says it is not ready but keeps serving this long, so that load balancers turn away first. Ctrl-C skips it.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    [Description("Time for requests in flight once the listener has closed; what is left then is cut off. As the .NET host's 30 s.")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
