using System.Diagnostics.Metrics;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>What the stores count. Tags: words of the code.</summary>
internal sealed class StoreMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _errors;

    public StoreMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _errors = meter.CreateCounter<long>("weir.cache.store.errors", "{operation}", "Look-ups that became misses, and entries not stored or not removed, for a fault of the store.");
    }

    /// <param name="store">The store's name.</param>
    /// <param name="fault">Why.</param>
    public void Failed(string store, StoreFault fault) => _errors.Add(1, new("store", store), new("reason", Word(fault)));

    private static string Word(StoreFault fault) => fault switch
    {
        StoreFault.TimedOut => "timed_out",
        StoreFault.NotConnected => "not_connected",
        StoreFault.Full => "full",
        StoreFault.LeftAlone => "left_alone",
        StoreFault.Damaged => "damaged",
        StoreFault.OtherVersion => "other_version",
        StoreFault.OtherKey => "other_key",
        _ => "failed",
    };
}
