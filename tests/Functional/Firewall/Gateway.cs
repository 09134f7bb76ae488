using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;
using Weir.Policies.Tests.Firewall;

namespace Weir.Functional.Firewall;

/// <summary>The gateway's side: a list of bans and the firewall slice.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService _service;

    private Gateway(ServiceProvider services, BanList bans)
    {
        (_services, Bans) = (services, bans);
        _service = services.GetServices<IHostedService>().Single();
    }

    public BanList Bans { get; }

    public FirewallStatus Status => _services.GetRequiredService<FirewallStatus>();

    public static async Task<Gateway> StartAsync(string socket, Action<BanList>? restore = null, TimeSpan? reconcile = null)
    {
        var options = new FirewallOptions { Enabled = true, Socket = socket, Tick = TimeSpan.FromMilliseconds(50), ReconcileInterval = reconcile ?? TimeSpan.FromMinutes(1) };
        var bans = new BanList(TimeProvider.System);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IOptionsMonitor<FirewallOptions>>(new FixedOptions<FirewallOptions>(options))
            .AddSingleton<IBans>(bans)
            .AddFirewall()
            .BuildServiceProvider();
        bans.Observers = [.. services.GetServices<IBanObserver>()];
        restore?.Invoke(bans);
        var gateway = new Gateway(services, bans);
        await gateway._service.StartAsync(CancellationToken.None);
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
