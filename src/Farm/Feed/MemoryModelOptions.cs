using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Farm.Feed;

/// <summary>Memory figures of one host, the last resort before the default: <c>Weir:Farm:Servers:n:Model</c>.</summary>
public sealed class MemoryModelOptions
{
    [Description("Memory of the host in MB.")]
    [Range(64.0, 16_777_216.0)]
    public double RamMb { get; set; } = 1024;

    [Description("MB kept for the system.")]
    [Range(0.0, 16_777_216.0)]
    public double ReservedMb { get; set; } = 512;

    [Description("MB that other services use.")]
    [Range(0.0, 16_777_216.0)]
    public double OtherServicesMb { get; set; }

    [Description("Share of what is left that Apache may use.")]
    [Range(0.1, 1.0)]
    public double Headroom { get; set; } = 0.8;

    [Description("ThreadsPerChild; not used on prefork.")]
    [Range(1, 100_000)]
    public int ThreadsPerChild { get; set; } = 25;

    [Description("MB (PSS) of an idle child on worker and event.")]
    [Range(0.01, 65_536.0)]
    public double ProcessMb { get; set; } = 0.7;

    [Description("MB (PSS) that each busy thread adds on worker and event.")]
    [Range(0.001, 65_536.0)]
    public double ThreadMb { get; set; } = 10;

    [Description("MB (PSS) of a busy child on prefork.")]
    [Range(0.01, 65_536.0)]
    public double PreforkProcessMb { get; set; } = 30;
}
