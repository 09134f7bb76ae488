using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Weir.Support;

namespace Weir.Policies.Tests.State;

public sealed class StateMetricsTests
{
    [Fact]
    public async Task Every_metric_of_the_slice_counts_what_it_says()
    {
        await using var redis = await RedisServer.StartAsync();
        var options = TestReplica.Options_(redis.Url);
        options.MaxBans = 1;
        await using var a = TestReplica.New(options);
        using var seen = new Seen(a.Services.GetRequiredService<IMeterFactory>());
        Assert.Equal((0, 1), (seen.Gauge("weir.state.connected"), seen.Gauge("weir.state.replicas")));
        await a.StartAsync();
        await redis.CliAsync("ZADD", "weir:{replicas}", "99999999999999", "other-1");
        await Waiting.UntilAsync(() => seen.Gauge("weir.state.connected") == 1 && seen.Gauge("weir.state.replicas") == 2, "gauges");

        // Told, and one too many for Redis.
        a.Bans.Add(Waiting.Ban("192.0.2.1/32"));
        await Waiting.UntilAsync(() => seen.Sum("weir.state.bans_sent") == 1, "sent");
        a.Bans.Add(Waiting.Ban("192.0.2.2/32"));
        await Waiting.UntilAsync(() => seen.Sum("weir.state.bans_skipped full") >= 1, "full");
        Assert.Equal(1, seen.Sum("weir.state.bans_sent"));

        // Heard, lifted on another's word, refused here, and not to be read.
        const string Json = "{\"jail\":\"x\",\"reason\":\"y\",\"count\":1,\"direct\":false}";
        await redis.CliAsync("PUBLISH", "weir:bans", $"other 1 0 60000 192.0.2.3/32 {Json}");
        await redis.CliAsync("PUBLISH", "weir:bans", "other 0 0 60000 192.0.2.3/32 {}");
        await Waiting.UntilAsync(() => seen.Sum("weir.state.bans_received") == 2, "received");
        a.Bans.Refusal = "no";
        await redis.CliAsync("PUBLISH", "weir:bans", $"other 1 0 60000 192.0.2.4/32 {Json}");
        await Waiting.UntilAsync(() => seen.Sum("weir.state.bans_skipped refused") == 1, "refused");
        await redis.CliAsync("PUBLISH", "weir:bans", "nonsense");
        await redis.CliAsync("PUBLISH", "weir:counters", "nonsense");
        await Waiting.UntilAsync(() => seen.Sum("weir.state.malformed ban") == 1 && seen.Sum("weir.state.malformed counter") == 1, "malformed");

        // Counts of one and the other, and what is lost without a store.
        await using var b = await TestReplica.StartAsync(redis.Url);
        a.Counters.Hit(1);
        await Waiting.UntilAsync(() => seen.Sum("weir.state.deltas_sent") == 1 && seen.Sum("weir.state.lag") > 0, "counts sent and heard oneself");
        await Waiting.UntilAsync(
            () =>
            {
                b.Counters.Hit(2);
                return seen.Sum("weir.state.deltas_received") >= 1;
            },
            "counts received");
        Assert.Equal(0, seen.Sum("weir.state.deltas_dropped"));
        await redis.KillAsync();
        await Waiting.UntilAsync(() => seen.Gauge("weir.state.connected") == 0, "away");
        a.Counters.Hit(3);
        await Waiting.UntilAsync(() => seen.Sum("weir.state.deltas_dropped") >= 1, "dropped");
        Assert.InRange(seen.Gauge("weir.state.replicas"), 2, 3);
    }

    /// <summary>Sums by name, and by name and value of a tag; gauges when asked.</summary>
    private sealed class Seen : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, double> _sums = new();

        public Seen(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name.StartsWith("weir.state.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
            _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => _sums[i.Name] = value);
            _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
            _listener.Start();
        }

        public double Sum(string name) => _sums.GetValueOrDefault(name);

        public double Gauge(string name)
        {
            _listener.RecordObservableInstruments();
            return Sum(name);
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            foreach (var tag in tags)
                _sums.AddOrUpdate($"{instrument.Name} {tag.Value}", value, (_, sum) => sum + value);
        }
    }
}
