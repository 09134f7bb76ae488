using System.Diagnostics.Metrics;

namespace Weir.Policies.Balancing;

/// <summary>What balancing counts. Tags: policy names, reasons and cluster ids, all from configuration or code.</summary>
internal sealed class BalancingMetrics
{
    public const string MeterName = "Weir";

    private readonly Counter<long> _picks;
    private readonly Counter<long> _spills;
    private readonly Counter<long> _repins;
    private readonly Counter<long> _panics;

    public BalancingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _picks = meter.CreateCounter<long>("weir.balancing.picks", "{pick}", "Servers picked, by policy; outcome none: every server was full.");
        _spills = meter.CreateCounter<long>("weir.balancing.hash.spills", "{pick}", "Consistent-hash picks that did not get the key's own server.");
        _repins = meter.CreateCounter<long>("weir.balancing.repins", "{session}", "Sticky sessions moved to another server, by reason.");
        _panics = meter.CreateCounter<long>("weir.balancing.panics", "{entry}", "Times a cluster fell below its panic threshold.");
    }

    public void Picked(string policy, bool found)
    {
        if (_picks.Enabled)
            _picks.Add(1, new("policy", policy), new("outcome", found ? "server" : "none"));
    }

    public void Spilled() => _spills.Add(1);

    /// <param name="reason"><c>full</c>, <c>maintenance</c>, <c>ejected</c> or <c>other</c>.</param>
    public void Repinned(string reason) => _repins.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Panicked(string cluster) => _panics.Add(1, new KeyValuePair<string, object?>("cluster", cluster));
}
