namespace Weir.Gateway.Telemetry;

/// <summary>Gauges, and every observable instrument: those report all their series at each scrape, so the old ones go first.</summary>
internal sealed class ValueFamily(string instrument, string name, string help, MetricKind kind, int bound)
    : MetricFamily(instrument, name, help, kind)
{
    private readonly SeriesTable<ValueSeries> _series = new(bound, static _ => new ValueSeries());

    public override long Dropped => _series.Dropped;

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_series.Find(tags) is { } series)
            series.Value = value;
    }

    public override void BeginScrape()
    {
        if (Kind != MetricKind.Gauge)
            _series.Clear();
    }

    public override void Write(PrometheusWriter writer)
    {
        foreach (var (labels, series) in _series.Snapshot())
            writer.Sample(Name, labels, series.Value);
    }
}
