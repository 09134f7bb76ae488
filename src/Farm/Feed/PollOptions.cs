using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Farm.Feed;

/// <summary>How often and how patiently the servers are asked: section <c>Weir:Farm:Poll</c>.</summary>
public sealed class PollOptions
{
    [Description("Time from one question to the next, per server.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    [Description("A server that has not answered by then counts as busy; its last limit stays.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    [Description("Share of the interval by which each question is moved at random, so that gateways do not ask in step.")]
    [Range(0.0, 0.9)]
    public double Jitter { get; set; } = 0.2;

    [Description("Weight of the newest sample in the moving means of arrival rate and service time; 1 keeps no memory.")]
    [Range(0.01, 1.0)]
    public double Smoothing { get; set; } = 0.3;

    [Description("Samples in a row that must show foreign traffic before it lowers our share; it returns with the first that shows none.")]
    [Range(1, 60)]
    public int ForeignSamples { get; set; } = 3;

    [Description("Servers asked at the same time.")]
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 64;
}
