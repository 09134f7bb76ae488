using System.Diagnostics.Metrics;

namespace Weir.Forwarding.Admission;

/// <summary>What admission counts. Tags come from closed sets.</summary>
internal sealed class AdmissionMetrics
{
    /// <summary>Name of the meter that every part of the gateway shares.</summary>
    public const string Meter = "Weir";

    private readonly Histogram<double> _wait;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _retries;

    public AdmissionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        _wait = meter.CreateHistogram<double>("weir.admission.wait", "s", "Time that requests waited for a slot; those that did not wait are not counted.");
        _refused = meter.CreateCounter<long>("weir.admission.refused", "{request}", "Requests that got no slot, by reason.");
        _retries = meter.CreateCounter<long>("weir.request.retries", "{request}", "Requests tried again on another server, by cause.");
    }

    public void Waited(TimeSpan time) => _wait.Record(time.TotalSeconds);

    public void Refused(RefusalReason reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", AdmissionRefusals.CodeOf(reason)));

    public void Retried(bool connectFailed) => _retries.Add(1, new KeyValuePair<string, object?>("cause", connectFailed ? "connect" : "unanswered"));
}
