using System.Diagnostics.Metrics;

namespace Weir.Policies.ClientAddress;

/// <summary>What the slice counts.</summary>
internal sealed class ClientAddressMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _unnamed;

    public ClientAddressMetrics(IMeterFactory meters) =>
        _unnamed = meters.Create(MeterName).CreateCounter<long>(
            "weir.client_address.unnamed", "{request}", "Requests of trusted proxies that did not name a client: they count for nobody.");

    public void Unnamed(WalkEnd end) => _unnamed.Add(1, new KeyValuePair<string, object?>("reason", CodeOf(end)));

    private static string CodeOf(WalkEnd end) => end switch
    {
        WalkEnd.Missing => "missing",
        WalkEnd.Unreadable => "unreadable",
        WalkEnd.Hops => "hops",
        _ => "proxies",
    };
}
