using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;
using Weir.Support;

namespace Weir.Policies.Tests.Firewall;

/// <summary>The slice as the gateway registers it, with a list of bans and a clock of the test's own.</summary>
internal sealed class SliceParts : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = [];

    public SliceParts(FirewallOptions? options = null, IClientRules? clients = null, TimeProvider? time = null, bool listen = true, IOwnAddresses? own = null)
    {
        Time = time ?? new FakeTimeProvider();
        Options = new FixedOptions<FirewallOptions>(options ?? new FirewallOptions());
        Bans = new BanList(Time);
        var services = new ServiceCollection().AddLogging().AddSingleton(Time).AddSingleton<IOptionsMonitor<FirewallOptions>>(Options).AddSingleton<IBans>(Bans);
        if (clients is not null)
            services.AddSingleton(clients);
        if (own is not null)
            services.AddSingleton(own);
        _services = services.AddFirewall().BuildServiceProvider();
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Count(instrument, value, tags));
        _listener.Start();
        Desired = _services.GetRequiredService<DesiredSet>();
        if (listen)
            Bans.Observers = [.. _services.GetServices<IBanObserver>()];
    }

    public TimeProvider Time { get; }

    public FakeTimeProvider Clock => (FakeTimeProvider)Time;

    public FixedOptions<FirewallOptions> Options { get; }

    public BanList Bans { get; }

    public DesiredSet Desired { get; }

    public FirewallStatus Status => _services.GetRequiredService<FirewallStatus>();

    public IHostedService Service => _services.GetServices<IHostedService>().Single();

    /// <summary>Sum of a counter, or the last value of a gauge, by <c>name</c> or <c>name/tag</c>.</summary>
    public long Metric(string name)
    {
        _listener.RecordObservableInstruments();
        lock (_counts)
            return _counts.GetValueOrDefault(name);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _services.DisposeAsync();
    }

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = tags.Length == 0 ? instrument.Name : $"{instrument.Name}/{tags[0].Value}";
        lock (_counts)
            _counts[key] = instrument.IsObservable ? value : _counts.GetValueOrDefault(key) + value;
    }
}
