using System.Diagnostics.Metrics;
using Weir.Gateway.Listeners.ProxyProtocol;

namespace Weir.Gateway.Listeners;

/// <summary>Connections that were closed before they cost anything.</summary>
internal sealed class ListenerMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _proxyRefused;

    public ListenerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _refused = meter.CreateCounter<long>("weir.connections.refused", "{connection}", "Client connections that were closed before TLS.");
        _proxyRefused = meter.CreateCounter<long>(
            "weir.proxy_protocol.refused", "{connection}", "Connections that were closed because they did not begin as the PROXY protocol demands.");
    }

    /// <param name="gate">Name of the gate.</param>
    /// <param name="at"><c>accept</c>, before the connection was made, or <c>connection</c>.</param>
    public void Refused(string gate, string at) =>
        _refused.Add(1, new KeyValuePair<string, object?>("gate", gate), new KeyValuePair<string, object?>("at", at));

    public void ProxyRefused(ProxyRefusal reason) => _proxyRefused.Add(1, new KeyValuePair<string, object?>("reason", CodeOf(reason)));

    private static string CodeOf(ProxyRefusal reason) => reason switch
    {
        ProxyRefusal.NotListed => "not_listed",
        ProxyRefusal.TooLong => "too_long",
        ProxyRefusal.Checksum => "checksum",
        ProxyRefusal.Datagram => "datagram",
        ProxyRefusal.Timeout => "timeout",
        ProxyRefusal.Ended => "ended",
        _ => "malformed",
    };
}
