using System.Diagnostics.Metrics;

namespace Weir.Transport;

/// <summary>What the transport counts. Tags come from closed sets.</summary>
internal sealed class TransportMetrics
{
    /// <summary>Name of the meter that every part of the gateway shares.</summary>
    public const string Meter = "Weir";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _acceptPauses;
    private readonly Counter<long> _stalls;
    private readonly Counter<long> _lentBytes;
    private long _open;

    public TransportMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        meter.CreateObservableUpDownCounter("weir.transport.connections", () => Open, "{connection}", "Open downstream connections.");
        _accepted = meter.CreateCounter<long>("weir.transport.accepted", "{connection}", "Accepted downstream connections.");
        _acceptPauses = meter.CreateCounter<long>("weir.transport.accept_pauses", "{pause}", "Times that a listener stopped accepting for a while, by cause.");
        _stalls = meter.CreateCounter<long>("weir.transport.stalls", "{stall}", "Callbacks that held an event loop longer than the threshold.");
        _lentBytes = meter.CreateCounter<long>("weir.transport.lent_bytes", "By", "Bytes of stored bodies that were sent without a copy.");
    }

    /// <summary>Downstream connections that are open now.</summary>
    public long Open => Interlocked.Read(ref _open);

    public void Accepted()
    {
        Interlocked.Increment(ref _open);
        _accepted.Add(1);
    }

    public void Closed() => Interlocked.Decrement(ref _open);

    public void AcceptPaused(AcceptPause cause) => _acceptPauses.Add(1, new KeyValuePair<string, object?>("cause", CodeOf(cause)));

    public void Stalled() => _stalls.Add(1);

    public void Lent(long bytes) => _lentBytes.Add(bytes);

    private static string CodeOf(AcceptPause cause) => cause switch
    {
        AcceptPause.Descriptors => "descriptors",
        AcceptPause.Limit => "limit",
        _ => "queue",
    };
}
