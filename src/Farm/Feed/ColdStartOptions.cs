using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Farm.Feed;

/// <summary>The cold-start ramp: section <c>Weir:Farm:ColdStart</c>.</summary>
public sealed class ColdStartOptions
{
    [Description("Opens a server's slots no faster than Apache starts its processes: 1, 2, 4 to 32 per second.")]
    public bool Enabled { get; set; } = true;

    [Description("StartServers; null takes Apache's own default (5 on prefork, 2 else). Used until the scoreboard tells.")]
    [Range(1, 20_000)]
    public int? StartServers { get; set; }

    [Description("ThreadsPerChild, where no node document tells; 25 as Apache's own default. 1 on prefork.")]
    [Range(1, 100_000)]
    public int ThreadsPerChild { get; set; } = 25;
}
