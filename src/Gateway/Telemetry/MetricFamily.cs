namespace Weir.Gateway.Telemetry;

/// <summary>One instrument and its series.</summary>
/// <param name="instrument">The instrument's own name.</param>
/// <param name="name">The name that Prometheus sees.</param>
/// <param name="help">One line.</param>
/// <param name="kind">Kind of the instrument.</param>
internal abstract class MetricFamily(string instrument, string name, string help, MetricKind kind)
{
    public string Instrument { get; } = instrument;

    public string Name { get; } = name;

    public string Help { get; } = help;

    public MetricKind Kind { get; } = kind;

    /// <summary>Measurements that found no place among the series.</summary>
    public abstract long Dropped { get; }

    public string Type => Kind switch
    {
        MetricKind.Counter or MetricKind.ObservableCounter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    /// <summary>Takes one measurement. Neither locks nor allocates once the series is known.</summary>
    public abstract void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    /// <summary>Called before observable instruments are read.</summary>
    public virtual void BeginScrape()
    {
    }

    public abstract void Write(PrometheusWriter writer);
}
