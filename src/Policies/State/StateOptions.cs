using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.State;

/// <summary>What the gateways of a farm share: section <c>Weir:State</c>. Counts at start.</summary>
public sealed class StateOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:State";

    [Description("Name of this gateway among the others, in logs and in Redis; null takes the machine's name. A random end keeps two with one name apart.")]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$")]
    public string? ReplicaName { get; set; }

    [Description("How often a gateway says that it is alive.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    [Description("A gateway that has been silent for this long is no longer counted; its share of the servers goes to the others. At least three heartbeats.")]
    [Range(typeof(TimeSpan), "00:00:00.3", "00:10:00")]
    public TimeSpan ReplicaTimeout { get; set; } = TimeSpan.FromSeconds(5);

    [Description("How often a gateway tells the others what it has counted. A client that is spread over n gateways can pass n times its rate for this long, no longer.")]
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:10")]
    public TimeSpan CounterInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    [Description("How long a lifted ban is remembered, so that a gateway that was cut off meanwhile does not bring it back.")]
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan LiftMemory { get; set; } = TimeSpan.FromDays(1);

    [Description("Bans, and remembered lifts, that are kept in Redis and read from it.")]
    [Range(1, 10_000_000)]
    public int MaxBans { get; set; } = 100_000;

    [Description("The Redis server, or servers, through which the gateways hear of each other. Without any, nothing is shared.")]
    public StateRedisOptions Redis { get; set; } = new();
}
