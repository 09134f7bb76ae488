using System.Diagnostics.Metrics;

namespace Weir.Gateway.Telemetry;

/// <summary>How an instrument's measurements become samples.</summary>
internal enum MetricKind
{
    /// <summary>Sum that only grows.</summary>
    Counter,

    /// <summary>Sum that goes both ways: a gauge to Prometheus.</summary>
    UpDownCounter,

    /// <summary>Last value.</summary>
    Gauge,

    /// <summary>Cumulative buckets.</summary>
    Histogram,

    /// <summary>Read at each scrape; a sum that only grows.</summary>
    ObservableCounter,

    /// <summary>Read at each scrape; a gauge.</summary>
    ObservableGauge,
}

/// <summary>Finds an instrument's kind.</summary>
internal static class MetricKinds
{
    // The runtime publishes these two as counters although they fall.
    private static readonly HashSet<string> FallingCounters =
        new(StringComparer.Ordinal) { "dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length" };

    /// <summary>Null for a kind of instrument that did not exist when this was written.</summary>
    public static MetricKind? Of(Instrument instrument)
    {
        if (FallingCounters.Contains(instrument.Name))
            return MetricKind.ObservableGauge;
        var type = instrument.GetType();
        while (type is { IsGenericType: false })
            type = type.BaseType;
        var open = type?.GetGenericTypeDefinition();
        return open == typeof(Counter<>) ? MetricKind.Counter
            : open == typeof(UpDownCounter<>) ? MetricKind.UpDownCounter
            : open == typeof(Gauge<>) ? MetricKind.Gauge
            : open == typeof(Histogram<>) ? MetricKind.Histogram
            : open == typeof(ObservableCounter<>) ? MetricKind.ObservableCounter
            : open == typeof(ObservableUpDownCounter<>) || open == typeof(ObservableGauge<>) ? MetricKind.ObservableGauge
            : null;
    }
}
