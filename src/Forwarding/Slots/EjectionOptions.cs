using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Forwarding.Slots;

/// <summary>When a server is left out after failed connections: <c>Weir:Admission:Ejection</c>.</summary>
public sealed class EjectionOptions
{
    [Description("Failed connections and unanswered requests in a row that eject a server; 0 never does. As nginx' max_fails, but counted in a row.")]
    [Range(0, 1000)]
    public int Failures { get; set; } = 3;

    [Description("First pause between connection attempts to an ejected server; doubled after each that fails.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(1);

    [Description("Longest pause between connection attempts to an ejected server.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan MaxProbeInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("A server that comes back reaches its full limit after this time; zero gives it all at once.")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SlowStart { get; set; } = TimeSpan.FromSeconds(10);
}
