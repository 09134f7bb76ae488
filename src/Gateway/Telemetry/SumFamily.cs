namespace Weir.Gateway.Telemetry;

/// <summary>Counters and up-down counters.</summary>
internal sealed class SumFamily(string instrument, string name, string help, MetricKind kind, int bound)
    : MetricFamily(instrument, name, help, kind)
{
    private readonly SeriesTable<SumSeries> _series = new(bound, static _ => new SumSeries());

    public override long Dropped => _series.Dropped;

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // A counter never falls, and one NaN would spoil the sum for good.
        if (double.IsFinite(value) && (value >= 0 || Kind != MetricKind.Counter))
            _series.Find(tags)?.Add(value);
    }

    public override void Write(PrometheusWriter writer)
    {
        foreach (var (labels, series) in _series.Snapshot())
            writer.Sample(Name, labels, series.Value);
    }
}
