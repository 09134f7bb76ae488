using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Telemetry;

/// <summary>Listens to the meters that <see cref="MetricsOptions"/> names and keeps their measurements for the next scrape.</summary>
internal sealed class MetricStore : IDisposable
{
    // Of the runtime's own meter the few that explain a slow gateway.
    private static readonly HashSet<string> RuntimeInstruments = new(StringComparer.Ordinal)
    {
        "dotnet.gc.collections", "dotnet.gc.pause.time", "dotnet.gc.last_collection.heap.size", "dotnet.gc.heap.total_allocated",
        "dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length", "dotnet.exceptions", "dotnet.monitor.lock_contentions",
    };

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _scrape = new(1);
    private readonly MeterListener _listener = new();
    private readonly HashSet<string> _meters;
    private readonly IMeterFactory _factory;
    private readonly ILogger _logger;
    private readonly int _bound;

    public MetricStore(IMeterFactory factory, IOptions<MetricsOptions> options, ILogger<MetricStore> logger)
    {
        _factory = factory;
        _logger = logger;
        _bound = options.Value.MaxSeries;
        _meters = MeterNames.Of(options.Value);
        _listener.InstrumentPublished = OnPublished;
        _listener.SetMeasurementEventCallback<byte>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, v, tags, state) => ((MetricFamily)state!).Record((double)v, tags));
        _listener.Start();
    }

    /// <summary>All instruments that are listened to.</summary>
    public IReadOnlyList<MetricFamily> Families => [.. _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)];

    /// <summary>The exposition text in UTF-8. One scrape at a time: observable instruments are read into shared cells.</summary>
    public async Task<byte[]> CollectAsync(CancellationToken cancel = default)
    {
        await _scrape.WaitAsync(cancel);
        try
        {
            return Collect();
        }
        finally
        {
            _scrape.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _listener.Dispose();
        _scrape.Dispose();
    }

    private byte[] Collect()
    {
        var families = Families;
        foreach (var family in families)
            family.BeginScrape();
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException error)
        {
            AdminLog.ScrapeFailed(_logger, error);
        }

        var writer = new PrometheusWriter();
        foreach (var family in families)
        {
            writer.Family(family.Name, family.Type, family.Help);
            family.Write(writer);
        }

        writer.Family("weir_metrics_dropped_total", "counter", "Measurements dropped because their instrument has Weir:Metrics:MaxSeries series already.");
        foreach (var family in families.Where(f => f.Dropped > 0))
            writer.Sample("weir_metrics_dropped_total", PrometheusText.Labels([new("instrument", family.Instrument)]), family.Dropped);
        writer.Single("weir_build_info", "gauge", "1, labelled with the version.", 1, PrometheusText.Labels([new("version", GatewayState.Version)]));
        ProcessMetrics.Write(writer);
        return writer.ToUtf8();
    }

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        // A meter of another host in this process (the management listener's, or another gateway's in a test) is not ours.
        if (!_meters.Contains(instrument.Meter.Name) || (instrument.Meter.Scope is { } scope && !ReferenceEquals(scope, _factory)))
            return;
        if (instrument.Meter.Name == MeterNames.Runtime && !RuntimeInstruments.Contains(instrument.Name))
            return;
        if (MetricKinds.Of(instrument) is not { } kind)
            return;
        var name = PrometheusText.Name(instrument.Name, instrument.Unit, kind);
        var family = _families.GetOrAdd(name, static (n, made) => Create(made.instrument, n, made.kind, made._bound), (instrument, kind, _bound));
        // Two instruments of one name add up when they are of one kind; a second kind under that name would break the text.
        if (family.Kind == kind)
            listener.EnableMeasurementEvents(instrument, family);
    }

    private static MetricFamily Create(Instrument instrument, string name, MetricKind kind, int bound)
    {
        var help = instrument.Description ?? instrument.Name;
        return kind switch
        {
            MetricKind.Counter or MetricKind.UpDownCounter => new SumFamily(instrument.Name, name, help, kind, bound),
            MetricKind.Histogram => new HistogramFamily(instrument.Name, name, help, HistogramBuckets.Of(instrument), bound),
            _ => new ValueFamily(instrument.Name, name, help, kind, bound),
        };
    }
}
