using System.Diagnostics.Metrics;
using Weir.Forwarding.Slots;
using Weir.Gateway.Admin;
using Yarp.ReverseProxy;

namespace Weir.Gateway.Telemetry;

/// <summary>The farm as gauges, read at each scrape. Tags are configured addresses and cluster ids: a closed set.</summary>
internal sealed class FarmMetrics
{
    private readonly FarmView _farm;
    private readonly IProxyStateLookup _proxy;
    private readonly IFarmFacts _facts;
    private readonly ILineFacts _lines;

    public FarmMetrics(IMeterFactory factory, MetricStore store, FarmView farm, IProxyStateLookup proxy, IFarmFacts facts, ILineFacts lines, GatewayState state)
    {
        // The store must listen before the first instrument measures; asking for it here orders the two.
        ArgumentNullException.ThrowIfNull(store);
        (_farm, _proxy, _facts, _lines) = (farm, proxy, facts, lines);
        var meter = factory.Create(MeterNames.Weir);
        meter.CreateObservableGauge("weir.gateway.draining", () => state.IsDraining ? 1 : 0, null, "1 while the gateway drains before it ends.");
        meter.CreateObservableGauge("weir.server.limit", () => Each(s => s.Limit), "{request}", "Slots of the server that are open to new work.");
        meter.CreateObservableGauge("weir.server.in_flight", () => Each(s => s.InFlight), "{request}", "Requests that hold a slot of the server.");
        meter.CreateObservableGauge("weir.server.open_connections", () => Each(s => s.Connections.Open), "{connection}", "Connections open to the server, active and idle.");
        meter.CreateObservableGauge("weir.server.busy", () => Each(s => _facts.Find(s.Address)?.Busy), "{worker}", "Workers that Apache reports as busy, smoothed.");
        meter.CreateObservableGauge("weir.server.idle", () => Each(s => _facts.Find(s.Address)?.Idle), "{worker}", "Workers that Apache reports as idle, smoothed.");
        meter.CreateObservableGauge("weir.server.latency", () => Each(s => s.Health.Latency == TimeSpan.Zero ? null : s.Health.Latency.TotalSeconds), "s", "Moving mean of the time from slot to end of answer.");
        meter.CreateObservableGauge("weir.server.ejected", () => Each(s => s.Health.IsEjected ? 1 : 0), null, "1 while the server takes no new work because connections to it failed.");
        meter.CreateObservableGauge("weir.admission.waiting", Waiting, "{request}", "Requests that wait for a slot of the cluster.");
    }

    private IEnumerable<Measurement<double>> Each(Func<ServerSlots, double?> read)
    {
        foreach (var server in _farm.Servers())
        {
            if (read(server) is { } value)
                yield return new Measurement<double>(value, new KeyValuePair<string, object?>("server", server.Address));
        }
    }

    private IEnumerable<Measurement<long>> Waiting() =>
        _proxy.GetClusters().Select(c => new Measurement<long>(_lines.Read(c.ClusterId).Waiting, new KeyValuePair<string, object?>("cluster", c.ClusterId)));
}
