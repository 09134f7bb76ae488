using Weir.Farm.Feed;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Control.Feed;

/// <summary>
/// Ties the feed to the data plane: the destinations that YARP runs with are the feed's targets, and each reading sets
/// its server's slots.
/// </summary>
internal sealed class FarmFeedService(IFarmFeed feed, IProxyStateLookup proxy, ServerDirectory servers) : IHostedService, IConfigChangeListener, IDisposable
{
    private IDisposable? _readings;
    private bool _running;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _readings = feed.Subscribe(Apply);
        _running = true;
        Refresh();
        return Task.CompletedTask;
    }

    // Requests in flight drain under the limits that hold; only the targets stop changing.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _running = false;
        return Task.CompletedTask;
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
    }

    // YARP calls this after its runtime model has the new destinations.
    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        if (_running)
            Refresh();
    }

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception)
    {
    }

    public void Dispose() => _readings?.Dispose();

    private void Refresh()
    {
        var addresses = Addresses(proxy);
        feed.SetTargets(addresses);
        servers.Keep(addresses.Select(ServerDirectory.Canonical).ToHashSet());
    }

    private static HashSet<string> Addresses(IProxyStateLookup proxy) =>
        [.. proxy.GetClusters().SelectMany(c => c.Destinations.Values).Select(d => d.Model.Config.Address)];

    private void Apply(FarmReading reading) =>
        servers.GetOrAdd(reading.Address).SetFarmLimit(reading.OpenSlots, reading.OpenConnections, reading.Limit);
}
