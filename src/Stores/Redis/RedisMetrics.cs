using System.Diagnostics.Metrics;

namespace Weir.Stores.Redis;

/// <summary>What the clients count. Tag <c>use</c>: what the client serves, a word of the code.</summary>
public sealed class RedisMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _commands;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _redirects;
    private readonly UpDownCounter<long> _connections;
    private readonly Histogram<double> _duration;

    /// <param name="meters">Where the instruments go.</param>
    public RedisMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _commands = meter.CreateCounter<long>("weir.redis.commands", "{command}", "Commands that Redis answered, errors included.");
        _failures = meter.CreateCounter<long>("weir.redis.failures", "{command}", "Commands without a reply.");
        _redirects = meter.CreateCounter<long>("weir.redis.redirects", "{command}", "Commands sent again because a cluster had the key elsewhere.");
        _connections = meter.CreateUpDownCounter<long>("weir.redis.connections", "{connection}", "Connections open for commands.");
        _duration = meter.CreateHistogram<double>("weir.redis.command.duration", "s", "From command to reply.");
    }

    internal void Answered(string use, TimeSpan duration)
    {
        var tag = Use(use);
        _commands.Add(1, tag);
        _duration.Record(duration.TotalSeconds, tag);
    }

    internal void Failed(string use, string reason) => _failures.Add(1, Use(use), new KeyValuePair<string, object?>("reason", reason));

    internal void Redirected(string use) => _redirects.Add(1, Use(use));

    internal void Connections(string use, int change) => _connections.Add(change, Use(use));

    private static KeyValuePair<string, object?> Use(string use) => new("use", use);
}
