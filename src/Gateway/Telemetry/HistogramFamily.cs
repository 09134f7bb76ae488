namespace Weir.Gateway.Telemetry;

/// <summary>Histograms with fixed buckets.</summary>
internal sealed class HistogramFamily(string instrument, string name, string help, double[] boundaries, int bound)
    : MetricFamily(instrument, name, help, MetricKind.Histogram)
{
    private readonly SeriesTable<HistogramSeries> _series = new(bound, _ => new HistogramSeries(boundaries));

    public override long Dropped => _series.Dropped;

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (double.IsFinite(value))
            _series.Find(tags)?.Record(value);
    }

    public override void Write(PrometheusWriter writer)
    {
        foreach (var (labels, series) in _series.Snapshot())
        {
            var (counts, sum) = series.Read();
            var cumulative = 0L;
            for (var i = 0; i < counts.Length; i++)
            {
                cumulative += counts[i];
                var upper = i < boundaries.Length ? PrometheusText.Number(boundaries[i]) : "+Inf";
                writer.Sample(Name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{upper}\"", cumulative);
            }

            writer.Sample(Name + "_sum", labels, sum);
            writer.Sample(Name + "_count", labels, cumulative);
        }
    }
}
