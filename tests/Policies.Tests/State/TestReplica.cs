using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.State;

namespace Weir.Policies.Tests.State;

/// <summary>The slice of one gateway, with a list of bans and counters that are doubles.</summary>
internal sealed class TestReplica : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService _service;

    private TestReplica(StateOptions options)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(Options.Create(options));
        services.AddState();
        services.AddSingleton<IBans>(Bans);
        services.AddSingleton<ICounterExchange>(Counters);
        _services = services.BuildServiceProvider();
        Bans.Observer = _services.GetRequiredService<IBanObserver>();
        _service = _services.GetRequiredService<IHostedService>();
    }

    public ListedBans Bans { get; } = new();

    public HeldCounters Counters { get; } = new();

    public int Live => _services.GetRequiredService<IReplicas>().Live;

    public IReplicas Replicas => _services.GetRequiredService<IReplicas>();

    public ISharedState State => _services.GetRequiredService<ISharedState>();

    public IServiceProvider Services => _services;

    public static StateOptions Options_(string url) => new()
    {
        ReplicaName = "test",
        HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        ReplicaTimeout = TimeSpan.FromSeconds(3),
        CounterInterval = TimeSpan.FromMilliseconds(20),
        Redis = { Url = url, ConnectTimeout = TimeSpan.FromSeconds(20), CommandTimeout = TimeSpan.FromSeconds(10) },
    };

    public static TestReplica New(string url) => new(Options_(url));

    public static TestReplica New(StateOptions options) => new(options);

    public static async Task<TestReplica> StartAsync(string url, Action<ListedBans>? before = null)
    {
        var replica = New(url);
        before?.Invoke(replica.Bans);
        await replica.StartAsync();
        return replica;
    }

    public Task StartAsync() => _service.StartAsync(CancellationToken.None);

    public Task StopAsync() => _service.StopAsync(CancellationToken.None);

    public bool IsBanned(string network) => Bans.List().Any(b => b.Network == IPNetwork.Parse(network));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
    }
}
