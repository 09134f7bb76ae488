using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Jail.Bans;
using Weir.Policies.Jail.Lines;
using Weir.Policies.Jail.Offences;
using Weir.Support;

namespace Weir.Policies.Tests.Jail;

/// <summary>The slice with a clock of the test's own, a proxy 10.0.0.1 that is trusted, and an ear for every change.</summary>
internal sealed class Cell : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = [];
    private readonly Options _options;

    public Cell(Action<JailOptions>? arrange = null, IFail2banEngine? engine = null)
    {
        var options = new JailOptions { StateFile = "" };
        arrange?.Invoke(options);
        _options = new Options(options);
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IClientRules>(Clients);
        services.AddSingleton<IOptionsMonitor<JailOptions>>(_options);
        services.AddSingleton<IOptions<JailOptions>>(_options);
        services.AddSingleton<IBanObserver>(Heard);
        if (engine is not null)
            services.AddSingleton(engine);
        services.AddJail();
        _services = services.BuildServiceProvider();
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Note(i.Name, value, tags, isGauge: false));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Note(i.Name, value, tags, isGauge: true));
        _listener.Start();
    }

    public FakeTimeProvider Time { get; } = new();

    public TrustedProxies Clients { get; } = new();

    public HeardBans Heard { get; } = new();

    public LinesOfLog Log { get; } = new();

    public IBans Bans => _services.GetRequiredService<IBans>();

    public BanList List => _services.GetRequiredService<BanList>();

    public IOffences Offences => _services.GetRequiredService<IOffences>();

    public OffenceDesk Desk => _services.GetRequiredService<OffenceDesk>();

    public DateTimeOffset Now => Time.GetUtcNow();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Ban Ban(string network, TimeSpan? time, string jail = "manual", BanOrigin origin = BanOrigin.Operator) =>
        new(IPNetwork.Parse(network.Contains('/') ? network : network + (network.Contains(':') ? "/128" : "/32")), jail, "because", Now, time is { } t ? Now + t : null, 0, origin, true);

    public bool IsBanned(string address) => Bans.Find(IPAddress.Parse(address)) is not null;

    public void Report(string address, OffenceKind kind, int times = 1)
    {
        for (var i = 0; i < times; i++)
            Offences.Report(IPAddress.Parse(address), isDirect: true, kind, "test");
    }

    public void Change(Action<JailOptions> change)
    {
        var next = new JailOptions { StateFile = "" };
        change(next);
        _options.Publish(next);
    }

    /// <summary>Value of a counter or gauge with all its tags, as <c>name tag=value</c>.</summary>
    public long Metric(string name)
    {
        _listener.RecordObservableInstruments();
        lock (_counts)
            return _counts.GetValueOrDefault(name);
    }

    /// <summary>Stops listening to metrics, which costs memory of the test's own.</summary>
    public void Deafen() => _listener.Dispose();

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Note(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, bool isGauge)
    {
        foreach (var tag in tags)
            name += $" {tag.Key}={tag.Value}";
        lock (_counts)
            _counts[name] = isGauge ? value : _counts.GetValueOrDefault(name) + value;
    }

    internal sealed class Options(JailOptions first) : IOptionsMonitor<JailOptions>, IOptions<JailOptions>
    {
        private Action<JailOptions, string?>? _listener;

        public JailOptions CurrentValue { get; private set; } = first;

        public JailOptions Value => CurrentValue;

        public JailOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<JailOptions, string?> listener)
        {
            _listener += listener;
            return null;
        }

        public void Publish(JailOptions next)
        {
            CurrentValue = next;
            _listener?.Invoke(next, null);
        }
    }

    internal sealed class TrustedProxies : IClientRules
    {
        private readonly PlainClientRules _plain = new();

        public ulong KeyOf(IPAddress? address) => _plain.KeyOf(address);

        public IPNetwork NetworkOf(IPAddress address) => _plain.NetworkOf(address);

        public bool IsTrusted(IPAddress? address) => address?.ToString() == "10.0.0.1";

        public bool HoldsTrusted(IPNetwork network) => network.Contains(IPAddress.Parse("10.0.0.1"));
    }

    internal sealed class HeardBans : IBanObserver
    {
        public List<string> Changes { get; } = [];

        public bool Throws { get; set; }

        /// <summary>Done at each change, under the list's lock.</summary>
        public Action? Meanwhile { get; set; }

        public void OnChange(BanChangeKind kind, Ban ban)
        {
            Changes.Add($"{kind} {ban.Network}");
            Meanwhile?.Invoke();
            if (Throws)
                throw new InvalidOperationException("the test says so");
        }
    }

    internal sealed class LinesOfLog : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public string All
        {
            get
            {
                lock (_lines)
                    return string.Join('\n', _lines);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add($"{logLevel}: {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
