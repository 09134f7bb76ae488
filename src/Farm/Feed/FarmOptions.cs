using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Farm.Feed;

/// <summary>How the gateway learns what each Apache can take: section <c>Weir:Farm</c>.</summary>
public sealed class FarmOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Farm";

    [Description("Gateways that share the farm; each uses its part of every server's workers. With shared state (Weir:State) the number alive counts when it is higher.")]
    [Range(1, 1000)]
    public int Gateways { get; set; } = 1;

    [Description("Workers of each server that the gateways leave free, for the status page and for people.")]
    [Range(0, 10_000)]
    public int Reserve { get; set; } = 1;

    [Description("How often and how patiently the servers are asked.")]
    public PollOptions Poll { get; set; } = new();

    [Description("Path of mod_status' machine-readable page on every server; null asks none.")]
    [RegularExpression("^/[^ #]{0,1000}$")]
    public string? StatusPath { get; set; } = "/server-status?auto";

    [Description("Path of the node document on every server; null asks for none.")]
    [RegularExpression("^/[^ #]{0,1000}$")]
    public string? NodeDocumentPath { get; set; }

    [Description("Answers 404 to clients who ask for these paths through the gateway, whose address Apache lets read them.")]
    public bool HideStatus { get; set; } = true;

    [Description("What holds for a server about which nothing is known.")]
    public FarmDefaultsOptions Defaults { get; set; } = new();

    [Description("What is known of single servers.")]
    public List<FarmServerOptions> Servers { get; set; } = [];

    [Description("Lets a fresh Apache grow its processes before it gets its full load.")]
    public ColdStartOptions ColdStart { get; set; } = new();

    /// <summary>These options with more gateways; themselves when there are no more.</summary>
    internal FarmOptions WithGateways(int live)
    {
        if (live <= Gateways)
            return this;
        var copy = (FarmOptions)MemberwiseClone();
        copy.Gateways = live;
        return copy;
    }
}
