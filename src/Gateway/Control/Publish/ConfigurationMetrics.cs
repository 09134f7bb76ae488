using System.Diagnostics.Metrics;
using Weir.Gateway.Telemetry;

namespace Weir.Gateway.Control.Publish;

/// <summary>Reloads, by how they ended.</summary>
internal sealed class ConfigurationMetrics
{
    private readonly Counter<long> _reloads;
    private volatile bool _isSuccessful = true;

    public ConfigurationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterNames.Weir);
        _reloads = meter.CreateCounter<long>("weir.config.reload", "{reload}", "Changed configurations, by whether they were put into use.");
        meter.CreateObservableGauge("weir.config.last_reload_successful", () => _isSuccessful ? 1 : 0, null, "0 while the files on disk have faults and are not in use.");
    }

    public void Published()
    {
        _isSuccessful = true;
        _reloads.Add(1, new KeyValuePair<string, object?>("outcome", "ok"));
    }

    public void Rejected()
    {
        _isSuccessful = false;
        _reloads.Add(1, new KeyValuePair<string, object?>("outcome", "rejected"));
    }
}
