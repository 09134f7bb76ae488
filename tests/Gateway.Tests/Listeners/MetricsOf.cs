using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>What the instruments of one container have measured: sums of counters, last values of gauges.</summary>
internal sealed class MetricsOf : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _values = new(StringComparer.Ordinal);

    public MetricsOf(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = instrument.Name;
            foreach (var tag in tags)
                key += $" {tag.Key}={tag.Value}";
            if (instrument.IsObservable)
                _values[key] = value;
            else
                _values.AddOrUpdate(key, value, (_, old) => old + value);
        });
        _listener.Start();
    }

    /// <summary>The value of <c>name tag=value tag=value</c>; 0 when nothing was measured.</summary>
    public long this[string key]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _values.GetValueOrDefault(key);
        }
    }

    public void Dispose() => _listener.Dispose();
}
