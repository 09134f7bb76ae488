using System.Diagnostics.Metrics;

namespace Weir.Gateway.Telemetry;

/// <summary>Bucket boundaries of an instrument: its own advice, or a fixed set by unit.</summary>
internal static class HistogramBuckets
{
    /// <summary>1 ms to 30 s, three a decade.</summary>
    public static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    // As OpenTelemetry's default for a unit that says nothing.
    private static readonly double[] Other = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    public static double[] Of(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } own } => [.. own],
        Histogram<float> { Advice.HistogramBucketBoundaries: { Count: > 0 } own } => [.. own.Select(b => (double)b)],
        Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } own } => [.. own.Select(b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } own } => [.. own.Select(b => (double)b)],
        _ => instrument.Unit == "s" ? Seconds : Other,
    };
}
