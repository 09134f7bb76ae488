using System.Diagnostics.Metrics;

namespace Weir.Policies.State;

/// <summary>What the slice counts. Tags: words of the code.</summary>
internal sealed class StateMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _bansSent;
    private readonly Counter<long> _bansReceived;
    private readonly Counter<long> _bansSkipped;
    private readonly Counter<long> _deltasSent;
    private readonly Counter<long> _deltasReceived;
    private readonly Counter<long> _deltasDropped;
    private readonly Counter<long> _malformed;
    private readonly Histogram<double> _lag;

    public StateMetrics(IMeterFactory meters, SharedState state, LiveReplicas replicas)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("weir.state.connected", () => state.IsConnected ? 1 : 0, "", "1 while the store of the shared state answers.");
        meter.CreateObservableGauge("weir.state.replicas", () => replicas.Live, "{gateway}", "Gateways alive, this one included.");
        _bansSent = meter.CreateCounter<long>("weir.state.bans_sent", "{change}", "Bans and lifts of this gateway that the others were told.");
        _bansReceived = meter.CreateCounter<long>("weir.state.bans_received", "{change}", "Bans and lifts of the others that took effect here.");
        _bansSkipped = meter.CreateCounter<long>("weir.state.bans_skipped", "{change}", "Bans and lifts that did not go the whole way.");
        _deltasSent = meter.CreateCounter<long>("weir.state.deltas_sent", "{delta}", "Counts that the others were told.");
        _deltasReceived = meter.CreateCounter<long>("weir.state.deltas_received", "{delta}", "Counts of the others that were added here.");
        _deltasDropped = meter.CreateCounter<long>("weir.state.deltas_dropped", "{delta}", "Counts that could not be told.");
        _malformed = meter.CreateCounter<long>("weir.state.malformed", "{message}", "Messages and entries that could not be read.");
        _lag = meter.CreateHistogram<double>("weir.state.lag", "s", "From sending a message to hearing it oneself.");
    }

    public void BansSent(int count) => _bansSent.Add(count);

    public void BansReceived(int count) => _bansReceived.Add(count);

    /// <param name="reason"><c>refused</c> by the list here, <c>full</c> in Redis.</param>
    public void BanSkipped(string reason) => _bansSkipped.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void DeltasSent(int count) => _deltasSent.Add(count);

    public void DeltasReceived(int count) => _deltasReceived.Add(count);

    public void DeltasDropped(int count) => _deltasDropped.Add(count);

    /// <param name="kind"><c>ban</c> or <c>counter</c>.</param>
    public void Malformed(string kind) => _malformed.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Lag(TimeSpan lag) => _lag.Record(lag.TotalSeconds);
}
