using System.Diagnostics.Metrics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Weir.Gateway.Telemetry;

namespace Weir.Gateway.Tests.Admin;

public sealed class MetricStoreTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricStore _store;
    private readonly Meter _meter;

    public MetricStoreTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _store = new MetricStore(factory, Options.Create(new MetricsOptions { MaxSeries = 20 }), NullLogger<MetricStore>.Instance);
        _meter = factory.Create("Weir");
    }

    public void Dispose()
    {
        _store.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task A_counter_adds_up_and_its_name_ends_with_total()
    {
        var counter = _meter.CreateCounter<long>("weir.admission.refused", "{request}", "Refused.");
        counter.Add(2, new KeyValuePair<string, object?>("reason", "full"));
        counter.Add(3, new KeyValuePair<string, object?>("reason", "full"));
        counter.Add(-7, new KeyValuePair<string, object?>("reason", "full"));

        Assert.Equal(5, (await SampleAsync("weir_admission_refused_total")).Value);
    }

    [Fact]
    public async Task An_up_down_counter_is_a_gauge_and_goes_down()
    {
        var counter = _meter.CreateUpDownCounter<int>("weir.test.level");
        counter.Add(5);
        counter.Add(-7);

        Assert.Equal(-2, (await SampleAsync("weir_test_level")).Value);
        Assert.Contains("# TYPE weir_test_level gauge\n", await TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gauge_keeps_its_last_value_and_a_unit_of_bytes_becomes_a_suffix()
    {
        var gauge = _meter.CreateGauge<double>("weir.test.size", "By");
        gauge.Record(1);
        gauge.Record(0.25);

        Assert.Equal(0.25, (await SampleAsync("weir_test_size_bytes")).Value);
    }

    [Fact]
    public async Task A_histogram_has_cumulative_inclusive_buckets_that_end_with_the_count()
    {
        var wait = _meter.CreateHistogram<double>("weir.admission.wait", "s");
        foreach (var seconds in (double[])[0.001, 0.0011, 0.05, 29, 31, double.NaN])
            wait.Record(seconds);

        var samples = (await SamplesAsync()).Where(s => s.Name.StartsWith("weir_admission_wait_seconds", StringComparison.Ordinal)).ToList();
        var buckets = samples.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
        Assert.Equal([1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5], buckets.Select(b => (int)b.Value));
        Assert.Equal("0.001", buckets[0].Labels["le"]);
        Assert.Equal("30", buckets[^2].Labels["le"]);
        Assert.Equal("+Inf", buckets[^1].Labels["le"]);
        Assert.Equal(5, samples.Single(s => s.Name.EndsWith("_count", StringComparison.Ordinal)).Value);
        Assert.Equal(60.0521, samples.Single(s => s.Name.EndsWith("_sum", StringComparison.Ordinal)).Value, 9);
    }

    [Fact]
    public async Task An_instruments_own_advice_sets_the_buckets()
    {
        var sizes = _meter.CreateHistogram("weir.test.sizes", "By", "Sizes.", tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [10, 20] });
        sizes.Record(20);

        var buckets = (await SamplesAsync()).Where(s => s.Name == "weir_test_sizes_bytes_bucket").Select(b => (b.Labels["le"], b.Value));
        Assert.Equal([("10", 0), ("20", 1), ("+Inf", 1)], buckets);
    }

    [Fact]
    public async Task An_observable_instrument_shows_only_the_series_of_its_last_reading()
    {
        string[] servers = ["a", "b"];
        _meter.CreateObservableGauge("weir.test.servers", () => servers.Select(s => new Measurement<int>(1, new KeyValuePair<string, object?>("server", s))));
        Assert.Equal(2, (await SamplesAsync()).Count(s => s.Name == "weir_test_servers"));

        servers = ["b"];

        Assert.Equal("b", (await SampleAsync("weir_test_servers")).Labels["server"]);
    }

    [Fact]
    public async Task A_failing_observable_instrument_leaves_the_others_in_the_scrape()
    {
        _meter.CreateObservableGauge("weir.test.broken", (Func<int>)(() => throw new InvalidOperationException("broken")));
        _meter.CreateObservableGauge("weir.test.sound", () => 1);

        Assert.Equal(1, (await SampleAsync("weir_test_sound")).Value);
    }

    [Fact]
    public async Task Tags_in_another_order_are_the_same_series()
    {
        var counter = _meter.CreateCounter<int>("weir.test.orders");
        counter.Add(1, new KeyValuePair<string, object?>("a", 1), new KeyValuePair<string, object?>("b", true));
        counter.Add(1, new KeyValuePair<string, object?>("b", true), new KeyValuePair<string, object?>("a", 1));

        var sample = await SampleAsync("weir_test_orders_total");
        Assert.Equal(2, sample.Value);
        Assert.Equal("1", sample.Labels["a"]);
        Assert.Equal("true", sample.Labels["b"]);
    }

    [Fact]
    public async Task Past_the_bound_further_series_are_counted_and_dropped_while_known_ones_go_on()
    {
        var counter = _meter.CreateCounter<int>("weir.test.many");
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 30; i++)
                counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        var samples = await SamplesAsync();
        var kept = samples.Where(s => s.Name == "weir_test_many_total").ToList();
        Assert.Equal(20, kept.Count);
        Assert.All(kept, s => Assert.Equal(2, s.Value));
        var dropped = samples.Single(s => s.Name == "weir_metrics_dropped_total");
        Assert.Equal("weir.test.many", dropped.Labels["instrument"]);
        Assert.Equal(20, dropped.Value);
    }

    [Fact]
    public void Any_label_value_reads_back_as_it_was_written()
    {
        Prop.ForAll<string>(value =>
        {
            var writer = new PrometheusWriter();
            writer.Sample("x", PrometheusText.Labels([new("k", value)]), 1);
            // A lone surrogate has no UTF-8 form; everything else survives.
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value ?? ""));
            return PrometheusSample.Parse(Encoding.UTF8.GetString(writer.ToUtf8())).Single().Labels["k"] == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("say \"no\"\\\n", "k=\"say \\\"no\\\"\\\\\\n\"")]
    [InlineData("plain", "k=\"plain\"")]
    public void Quote_backslash_and_line_feed_are_escaped(string value, string expected) =>
        Assert.Equal(expected, PrometheusText.Labels([new("k", value)]));

    [Fact]
    public void Help_escapes_backslash_and_line_feed_but_no_quote()
    {
        var writer = new PrometheusWriter();
        writer.Family("x", "gauge", "a \"b\" \\ \n c");
        Assert.Equal("# HELP x a \"b\" \\\\ \\n c\n# TYPE x gauge\n", Encoding.UTF8.GetString(writer.ToUtf8()));
    }

    [Theory]
    [InlineData("weir.admission.wait", "s", nameof(MetricKind.Histogram), "weir_admission_wait_seconds")]
    [InlineData("http.client.open_connections", "{connection}", nameof(MetricKind.UpDownCounter), "http_client_open_connections")]
    [InlineData("dotnet.gc.pause.time", "s", nameof(MetricKind.ObservableCounter), "dotnet_gc_pause_time_seconds_total")]
    [InlineData("a.wait_seconds", "s", nameof(MetricKind.Histogram), "a_wait_seconds")]
    [InlineData("a.share", "1", nameof(MetricKind.Gauge), "a_share_ratio")]
    [InlineData("9-lives", null, nameof(MetricKind.Counter), "_9_lives_total")]
    public void A_dotted_name_and_its_unit_become_a_Prometheus_name(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, PrometheusText.Name(name, unit, Enum.Parse<MetricKind>(kind)));

    [Fact]
    public void Measuring_into_a_known_series_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("weir.test.count");
        var histogram = _meter.CreateHistogram<double>("weir.test.time", "s");
        Measure(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Measure(int times)
        {
            for (var i = 0; i < times; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("reason", "full"));
                histogram.Record(0.01, new KeyValuePair<string, object?>("cluster", "a"), new KeyValuePair<string, object?>("route", "b"));
            }
        }
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_threads_measure()
    {
        var counter = _meter.CreateCounter<int>("weir.test.threads");
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 25_000; i++)
                counter.Add(1);
        });

        Assert.Equal(100_000, (await SampleAsync("weir_test_threads_total")).Value);
    }

    [Fact]
    public async Task A_meter_of_another_host_in_this_process_stays_out()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("Weir").CreateCounter<int>("weir.test.other").Add(1);

        Assert.DoesNotContain("weir_test_other", await TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_and_the_runtime_describe_themselves()
    {
        var samples = await SamplesAsync();
        foreach (var name in (string[])["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds", "process_start_time_seconds", "dotnet_thread_pool_thread_count"])
            Assert.True(samples.Single(s => s.Name == name).Value > 0, name);
        Assert.NotEmpty(samples.Single(s => s.Name == "weir_build_info").Labels["version"]);
    }

    private async Task<string> TextAsync() => Encoding.UTF8.GetString(await _store.CollectAsync());

    private async Task<List<PrometheusSample>> SamplesAsync() => PrometheusSample.Parse(await TextAsync());

    private async Task<PrometheusSample> SampleAsync(string name) => (await SamplesAsync()).Single(s => s.Name == name);
}
