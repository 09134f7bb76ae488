using System.Diagnostics.Metrics;

namespace Weir.Policies.RequestRules;

/// <summary>What the rules count. Tags: words of the code.</summary>
internal sealed class RequestRulesMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _stripped;

    public RequestRulesMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _refused = meter.CreateCounter<long>("weir.request_rules.refused", "{request}", "Malformed, ambiguous or unwanted requests that were refused.");
        _stripped = meter.CreateCounter<long>("weir.request_rules.stripped", "{header}", "Headers, or parts of them, that did not go on to a server.");
    }

    /// <param name="reason">Reason of a <see cref="RequestFault"/>.</param>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <param name="what"><c>proxy</c>, <c>underscore</c>, <c>connection_named</c>, <c>upgrade</c>, <c>te</c> or <c>expect</c>.</param>
    public void Stripped(string what) => _stripped.Add(1, new KeyValuePair<string, object?>("what", what));
}
