using System.Diagnostics.Metrics;
using Weir.Policies.Caching.Admin;

namespace Weir.Policies.Caching.Purging;

/// <summary>What purging counts. Tags: words of the code.</summary>
internal sealed class PurgeMetrics
{
    private const string MeterName = "Weir";

    private readonly Counter<long> _purges;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _missed;
    private readonly Counter<long> _malformed;
    private readonly Counter<long> _journal;
    private readonly Counter<long> _invalidations;

    public PurgeMetrics(IMeterFactory meters, PurgeLedger ledger)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("weir.cache.purge.entries", () => ledger.Count, "{purge}", "Purges in force.");
        _purges = meter.CreateCounter<long>("weir.cache.purges", "{purge}", "Purges carried out.");
        _dropped = meter.CreateCounter<long>("weir.cache.purge.dropped", "{message}", "Purges and invalidations that the other gateways are not told.");
        _missed = meter.CreateCounter<long>("weir.cache.purge.missed", "{operation}", "Times that purges of others were missed for good.");
        _malformed = meter.CreateCounter<long>("weir.cache.purge.malformed", "{message}", "Messages that could not be read.");
        _journal = meter.CreateCounter<long>("weir.cache.purge.journal.errors", "{operation}", "The file of purges could not be read or written.");
        _invalidations = meter.CreateCounter<long>("weir.cache.invalidations.shared", "{key}", "Keys told to the other gateways, or by them.");
    }

    /// <param name="kind">Its kind.</param>
    /// <param name="from"><c>here</c> or <c>replica</c>.</param>
    public void Purged(PurgeKind kind, string from) =>
        _purges.Add(1, new KeyValuePair<string, object?>("kind", PurgeWords.Of(kind)), new KeyValuePair<string, object?>("from", from));

    /// <param name="what"><c>purge</c> or <c>invalidation</c>.</param>
    /// <param name="count">How many.</param>
    public void Dropped(string what, int count = 1) => _dropped.Add(count, new KeyValuePair<string, object?>("what", what));

    public void Missed() => _missed.Add(1);

    /// <param name="what"><c>purge</c> or <c>invalidation</c>.</param>
    public void Malformed(string what) => _malformed.Add(1, new KeyValuePair<string, object?>("what", what));

    /// <param name="what"><c>read</c> or <c>write</c>.</param>
    public void JournalFailed(string what) => _journal.Add(1, new KeyValuePair<string, object?>("what", what));

    /// <param name="direction"><c>sent</c> or <c>received</c>.</param>
    /// <param name="count">Keys.</param>
    public void Invalidated(string direction, int count) => _invalidations.Add(count, new KeyValuePair<string, object?>("direction", direction));
}
