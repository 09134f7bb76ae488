using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Farm.Model;

namespace Weir.Farm.Feed;

/// <summary>What holds for a server about which nothing is known: section <c>Weir:Farm:Defaults</c>.</summary>
public sealed class FarmDefaultsOptions
{
    [Description("MaxRequestWorkers; 150 as Debian ships it for every MPM.")]
    [Range(1, 200_000)]
    public int MaxRequestWorkers { get; set; } = 150;

    [Description("MPM; null treats the server as worker, whose connections are bounded as strictly as its requests.")]
    public Mpm? Mpm { get; set; }

    [Description("KeepAliveTimeout; 5 s as Apache's own default.")]
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
