using System.Diagnostics.Metrics;
using Weir.Policies.Throttle.Counting;

namespace Weir.Policies.Throttle;

/// <summary>What the throttle counts. Tags: words of the code.</summary>
internal sealed class ThrottleMetrics
{
    private const string MeterName = "Weir";

    private readonly Meter _meter;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _blocks;
    private readonly Counter<long> _uncounted;
    private readonly Counter<long> _waits;
    private readonly Counter<long> _connections;

    public ThrottleMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _refused = _meter.CreateCounter<long>("weir.throttle.refused", "{request}", "Requests that were too much; with dry_run true they passed.");
        _blocks = _meter.CreateCounter<long>("weir.throttle.blocks", "{block}", "Times a client began to be refused everything.");
        _uncounted = _meter.CreateCounter<long>("weir.throttle.uncounted", "{request}", "Requests let in without being counted among those under way: the table had no room.");
        _waits = _meter.CreateCounter<long>("weir.throttle.bandwidth.waits", "{wait}", "Times a response was held up to keep its bandwidth.");
        _connections = _meter.CreateCounter<long>("weir.throttle.connections.refused", "{connection}", "Connections that were too much; with dry_run true they were let in.");
    }

    /// <summary>Adds what is read from the tables.</summary>
    public void Watch(Func<ThrottleCounters?> counters)
    {
        _meter.CreateObservableGauge("weir.throttle.tracked", () => counters()?.Used ?? 0, "{entry}", "Counters in use, those that have expired and whose place nobody needed included.");
        _meter.CreateObservableCounter("weir.throttle.evicted", () => counters()?.Evictions ?? 0, "{entry}", "Live counters thrown out because the table was full.");
        _meter.CreateObservableCounter("weir.throttle.deltas.dropped", () => counters()?.Pending.Dropped ?? 0, "{request}", "Requests that the other replicas will not be told of: too many clients at once.");
    }

    /// <param name="reason">One of <see cref="Judging.ThrottleReason"/>.</param>
    public void Refused(string reason, bool isDryRun) => _refused.Add(1, new("reason", reason), new("dry_run", isDryRun ? "true" : "false"));

    public void Blocked() => _blocks.Add(1);

    public void Uncounted() => _uncounted.Add(1);

    public void Waited() => _waits.Add(1);

    /// <param name="reason">One of <see cref="Judging.ThrottleReason"/>.</param>
    public void ConnectionRefused(string reason, bool isDryRun) => _connections.Add(1, new("reason", reason), new("dry_run", isDryRun ? "true" : "false"));
}
