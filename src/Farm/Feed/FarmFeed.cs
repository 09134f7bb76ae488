using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Weir.Farm.Feed;

/// <summary>Watches every server of the farm. One small loop per server, at most <c>Poll:Concurrency</c> questions at once.</summary>
internal sealed class FarmFeed : IFarmFeed, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FarmReading> _readings = new(StringComparer.Ordinal);
    private readonly IOptionsMonitor<FarmOptions> _options;
    private readonly IPollClient _client;
    private readonly IOwnLoad _ownLoad;
    private readonly IGatewayCount _gateways;
    private readonly TimeProvider _clock;
    private readonly ILogger<FarmFeed> _logger;
    private readonly SemaphoreSlim _gate;
    private readonly IDisposable? _changes;
    private Action<FarmReading>[] _sinks = [];
    private bool _disposed;
    private FarmOptions? _shared;
    private FarmOptions? _sharedFrom;

    public FarmFeed(IOptionsMonitor<FarmOptions> options, IPollClient client, IOwnLoad ownLoad, TimeProvider clock, ILogger<FarmFeed> logger,
        IGatewayCount? gateways = null)
    {
        _options = options;
        _client = client;
        _ownLoad = ownLoad;
        _gateways = gateways ?? new OneGateway();
        _clock = clock;
        _logger = logger;
        _gate = new SemaphoreSlim(options.CurrentValue.Poll.Concurrency);
        _changes = options.OnChange(_ => Wake());
        _gateways.Changed += Wake;
    }

    public IReadOnlyList<FarmReading> Readings => [.. _readings.Values];

    public bool TryGet(string address, [NotNullWhen(true)] out FarmReading? reading)
    {
        reading = null;
        return ServerAddress.Canonical(address) is { } canonical && _readings.TryGetValue(canonical, out reading);
    }

    public IDisposable Subscribe(Action<FarmReading> sink)
    {
        lock (_lock)
            _sinks = [.. _sinks, sink];
        return new Subscription(this, sink);
    }

    public void SetTargets(IEnumerable<string> addresses)
    {
        var wanted = addresses.Select(ServerAddress.Canonical).OfType<string>().ToHashSet(StringComparer.Ordinal);
        lock (_lock)
        {
            if (_disposed)
                return;
            foreach (var gone in _watched.Keys.Where(a => !wanted.Contains(a)).ToArray())
            {
                _watched.Remove(gone, out var watched);
                watched!.Stop.Cancel();
                _readings.TryRemove(gone, out _);
            }

            foreach (var address in wanted.Where(a => !_watched.ContainsKey(a)))
                _watched.Add(address, Start(address));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _changes?.Dispose();
        _gateways.Changed -= Wake;
        Watched[] watched;
        lock (_lock)
        {
            _disposed = true;
            watched = [.. _watched.Values];
            _watched.Clear();
        }

        foreach (var one in watched)
            await one.Stop.CancelAsync();
        await Task.WhenAll(watched.Select(w => w.Loop));
        _gate.Dispose();
    }

    private Watched Start(string address)
    {
        var stop = new CancellationTokenSource();
        var watch = new ServerWatch(address, Settings, _client, _gate, _ownLoad, _clock, _logger, r => Publish(r, stop.Token));
        Publish(watch.Initial(), stop.Token);
        return new Watched(stop, watch, Task.Run(() => watch.RunAsync(stop.Token), CancellationToken.None));
    }

    // Every watch reads them four times a second; the copy is made once for each change.
    private FarmOptions Settings()
    {
        var (options, live) = (_options.CurrentValue, _gateways.Live);
        if (live <= options.Gateways)
            return options;
        lock (_lock)
        {
            if (_shared is null || _shared.Gateways != live || _sharedFrom != options)
                (_shared, _sharedFrom) = (options.WithGateways(live), options);
            return _shared;
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            foreach (var one in _watched.Values)
                one.Watch.Wake();
        }
    }

    private void Publish(FarmReading reading, CancellationToken stop)
    {
        lock (_lock)
        {
            // A watch that was stopped in the middle of an answer must not bring its server back.
            if (stop.IsCancellationRequested)
                return;
            _readings[reading.Address] = reading;
        }

        foreach (var sink in Volatile.Read(ref _sinks))
            sink(reading);
    }

    private void Unsubscribe(Action<FarmReading> sink)
    {
        lock (_lock)
            _sinks = [.. _sinks.Where(s => s != sink)];
    }

    private sealed record Watched(CancellationTokenSource Stop, ServerWatch Watch, Task Loop);

    private sealed class Subscription(FarmFeed feed, Action<FarmReading> sink) : IDisposable
    {
        public void Dispose() => feed.Unsubscribe(sink);
    }
}
