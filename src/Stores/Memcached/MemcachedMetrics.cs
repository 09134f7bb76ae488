using System.Diagnostics.Metrics;

namespace Weir.Stores.Memcached;

/// <summary>What the clients count. Tags: <c>use</c>, a word of the code, and <c>server</c>, the place in the list of servers from 0.</summary>
public sealed class MemcachedMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _commands;
    private readonly Counter<long> _failures;
    private readonly UpDownCounter<long> _connections;
    private readonly Histogram<double> _duration;

    /// <param name="meters">Where the instruments go.</param>
    public MemcachedMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _commands = meter.CreateCounter<long>("weir.memcached.commands", "{command}", "Commands that Memcached answered, errors included.");
        _failures = meter.CreateCounter<long>("weir.memcached.failures", "{command}", "Commands without a reply, or with an error for one.");
        _connections = meter.CreateUpDownCounter<long>("weir.memcached.connections", "{connection}", "Connections open for commands.");
        _duration = meter.CreateHistogram<double>("weir.memcached.command.duration", "s", "From command to reply.");
    }

    internal void Answered(MemcachedTags tags, TimeSpan duration)
    {
        _commands.Add(1, tags.UseTag, tags.ServerTag);
        _duration.Record(duration.TotalSeconds, tags.UseTag, tags.ServerTag);
    }

    internal void Failed(MemcachedTags tags, string reason) =>
        _failures.Add(1, tags.UseTag, tags.ServerTag, new KeyValuePair<string, object?>("reason", reason));

    internal void Connections(MemcachedTags tags, int change) => _connections.Add(change, tags.UseTag, tags.ServerTag);
}
