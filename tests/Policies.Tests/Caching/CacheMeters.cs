using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Weir.Policies.Tests.Caching;

/// <summary>Meters of one test and the sums of what they measured, by instrument and by instrument/value of a tag; gauges when asked.</summary>
internal sealed class CacheMeters : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly ConcurrentBag<Meter> _meters = [];

    public CacheMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            foreach (var tag in tags)
                _sums.AddOrUpdate($"{instrument.Name}/{tag.Value}", value, (_, sum) => sum + value);
        });
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _sums[instrument.Name] = value);
        _listener.Start();
    }

    public long Sum(string name) => _sums.GetValueOrDefault(name);

    public long Gauge(string name)
    {
        _listener.RecordObservableInstruments();
        return Sum(name);
    }

    public long Errors(params string[] reasons) => reasons.Sum(r => Sum($"weir.cache.store.errors/{r}"));

    public long Unreadable => Errors("damaged", "other_version", "other_key");

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters)
            meter.Dispose();
    }
}
