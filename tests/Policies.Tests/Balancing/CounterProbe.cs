using System.Diagnostics.Metrics;

namespace Weir.Policies.Tests.Balancing;

/// <summary>Notes the tags of every addition to one counter of one farm.</summary>
internal sealed class CounterProbe : IDisposable
{
    private readonly MeterListener _listener = new();

    public CounterProbe(TestFarm farm, string instrument)
    {
        var factory = farm.Get<IMeterFactory>();
        _listener.InstrumentPublished = (i, listener) =>
        {
            if (i.Name == instrument && ReferenceEquals(i.Meter.Scope, factory))
                listener.EnableMeasurementEvents(i);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
            Tags.Add(string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))));
        _listener.Start();
    }

    public List<string> Tags { get; } = [];

    public void Dispose() => _listener.Dispose();
}
