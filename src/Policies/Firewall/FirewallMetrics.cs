using System.Diagnostics.Metrics;

namespace Weir.Policies.Firewall;

/// <summary>What the firewall counts. Tags: words of the code.</summary>
internal sealed class FirewallMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _batches;
    private readonly Counter<long> _leftOut;
    private readonly Counter<long> _repairs;

    public FirewallMetrics(IMeterFactory meters, FirewallStatus status)
    {
        var meter = meters.Create(MeterName);
        _batches = meter.CreateCounter<long>("weir.firewall.batches", "{batch}", "Batches of changes sent to the enforcer.");
        _leftOut = meter.CreateCounter<long>("weir.firewall.left_out", "{ban}", "Bans that the kernel was not told of.");
        _repairs = meter.CreateCounter<long>("weir.firewall.repairs", "{repair}", "Times that the kernel's list differed from the gateway's and was replaced.");
        meter.CreateObservableGauge("weir.firewall.active", () => status.State == FirewallState.Active ? 1 : 0, "{connection}", "1 while the kernel drops what is banned.");
        meter.CreateObservableGauge("weir.firewall.entries", () => Entries(), "{network}", "Networks that the kernel should drop.");
        meter.CreateObservableCounter("weir.firewall.dropped", () => status.DroppedPackets, "{packet}", "Packets that the kernel dropped, as of the last comparison.");
    }

    /// <summary>Set once by the service; the set itself reports here, so neither can be built before the other.</summary>
    public Func<int> Entries { get; set; } = static () => 0;

    /// <param name="outcome"><c>ok</c> or <c>failed</c>.</param>
    public void Batch(string outcome) => _batches.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="reason">A reason of <see cref="BanFilter"/>, <c>full</c> or <c>enforcer</c>.</param>
    public void LeftOut(string reason, long count = 1) => _leftOut.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void Repair() => _repairs.Add(1);
}
