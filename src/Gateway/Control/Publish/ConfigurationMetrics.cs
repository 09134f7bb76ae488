using System.Diagnostics.Metrics;

namespace Weir.Gateway.Control.Publish;

/// <summary>Reloads, by how they ended.</summary>
internal sealed class ConfigurationMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _reloads;
    private volatile bool _isSuccessful = true;

    public ConfigurationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Weir.Gateway.Control");
        _reloads = _meter.CreateCounter<long>("weir.config.reload", "{reload}", "Changed configurations, by whether they were put into use.");
        _meter.CreateObservableGauge("weir.config.last_reload_successful", () => _isSuccessful ? 1 : 0, "1", "0 while the files on disk have faults and are not in use.");
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

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
