namespace Weir.Gateway.Telemetry;

/// <summary>A histogram in stripes.</summary>
/// <param name="boundaries">Upper bounds, inclusive, ascending.</param>
internal sealed class HistogramSeries(double[] boundaries)
{
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Cells.Stripes).Select(_ => new Stripe(boundaries.Length + 1))];

    public void Record(double value)
    {
        var stripe = _stripes[Cells.Current];
        var bucket = 0;
        while (bucket < boundaries.Length && value > boundaries[bucket])
            bucket++;
        Interlocked.Increment(ref stripe.Counts[bucket]);
        Cells.Add(ref stripe.Sum, value);
    }

    /// <summary>Measurements per bucket, not cumulative, the last one above every boundary; and their sum.</summary>
    public (long[] Counts, double Sum) Read()
    {
        var counts = new long[boundaries.Length + 1];
        var sum = 0.0;
        foreach (var stripe in _stripes)
        {
            for (var i = 0; i < counts.Length; i++)
                counts[i] += Volatile.Read(ref stripe.Counts[i]);
            sum += Volatile.Read(ref stripe.Sum);
        }

        return (counts, sum);
    }

    private sealed class Stripe(int buckets)
    {
        public readonly long[] Counts = new long[buckets];
        public double Sum;
    }
}
