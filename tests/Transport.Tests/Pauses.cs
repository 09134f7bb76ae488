using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Weir.Transport.Tests;

/// <summary>Listens to the counter of accept pauses.</summary>
internal sealed class Pauses : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _causes = new(StringComparer.Ordinal);

    public Pauses()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "weir.transport.accept_pauses")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => _causes.AddOrUpdate((string)tags[0].Value!, count, (_, old) => old + count));
        _listener.Start();
    }

    public long Of(string cause) => _causes.GetValueOrDefault(cause);

    public void Dispose() => _listener.Dispose();
}
