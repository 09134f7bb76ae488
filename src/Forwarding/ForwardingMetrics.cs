using System.Diagnostics.Metrics;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding;

/// <summary>What forwarding counts. Tags come from closed sets.</summary>
internal sealed class ForwardingMetrics
{
    private readonly Counter<long> _stale;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _timeouts;
    private readonly UpDownCounter<long> _tunnels;

    public ForwardingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(AdmissionMetrics.Meter);
        _stale = meter.CreateCounter<long>("weir.forwarding.stale", "{request}", "Requests sent again on a fresh connection because the server had closed the kept one.");
        _refused = meter.CreateCounter<long>("weir.forwarding.refused_answers", "{answer}", "Answers not passed on because they are malformed or ambiguous, by reason.");
        _timeouts = meter.CreateCounter<long>("weir.forwarding.timeouts", "{request}", "Requests whose server was silent for too long.");
        _tunnels = meter.CreateUpDownCounter<long>("weir.forwarding.tunnels", "{connection}", "Upgraded connections (WebSockets) open now.");
    }

    public void Stale() => _stale.Add(1);

    public void Refused(ResponseFault fault) => _refused.Add(1, new KeyValuePair<string, object?>("reason", ResponseFaults.CodeOf(fault)));

    public void TimedOut() => _timeouts.Add(1);

    public void Tunnel(int change) => _tunnels.Add(change);
}
