using Weir.Farm.Feed;
using Weir.Farm.Model;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy;

namespace Weir.Gateway.Control.Feed;

/// <summary>
/// Ties the feed to the data plane: the destinations that YARP runs with are the feed's targets, and each reading sets
/// its server's slots.
/// </summary>
internal sealed class FarmFeedService(IFarmFeed feed, IProxyStateLookup proxy, ServerDirectory servers, ConfigurationApplied configuration)
    : IHostedService, IDisposable
{
    private IDisposable? _readings;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _readings = feed.Subscribe(Apply);
        configuration.Handler = Refresh;
        Refresh();
        return Task.CompletedTask;
    }

    // Requests in flight drain under the limits that hold; only the targets stop changing.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        configuration.Handler = null;
        return Task.CompletedTask;
    }

    public void Dispose() => _readings?.Dispose();

    private void Refresh()
    {
        string[] addresses = [.. proxy.GetClusters().SelectMany(c => c.Destinations.Values).Select(d => d.Model.Config.Address)];
        feed.SetTargets(addresses);
        servers.Keep(addresses.Select(ServerDirectory.Canonical).ToHashSet());
    }

    private void Apply(FarmReading reading)
    {
        var server = servers.GetOrAdd(reading.Address);
        // Nobody knows that an unknown MPM is not event.
        var rules = ConnectionRules.ForKeepAlive(reading.KeepAliveTimeout, reading.MaxKeepAliveRequests, reading.Mpm is null or Mpm.Event);
        server.ConnectionRules = reading.IdleTimeout is { } idle ? rules with { IdleTimeout = idle } : rules;
        server.SetFarmLimit(reading.OpenSlots, reading.OpenConnections, reading.Limit);
    }
}
