using System.Text;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Fetching;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Tiers;

namespace Weir.Policies.Caching;

/// <summary>What operators may ask of the cache and do to it.</summary>
internal sealed class CacheAdmin(
    CurrentCachingRules rules, CacheTiers tiers, CacheService service, PurgeLedger ledger, CachingMetrics metrics, FetchBudget budget, CacheKeys keys, TimeProvider clock)
    : ICacheAdmin
{
    /// <inheritdoc />
    public bool IsEnabled => rules.Now.Enabled;

    /// <inheritdoc />
    public CacheFigures Figures() => new(
        metrics.Results, budget.Fetches, budget.Bytes, [.. tiers.All.Select(s => Of(s.Name, s.Figures))], ledger.Count);

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredReport>> ShowAsync(Uri url, CancellationToken cancel)
    {
        var reports = new List<StoredReport>();
        foreach (var text in keys.TextsOf($"{url.Scheme}://{url.Authority}{url.PathAndQuery}"))
        {
            foreach (var store in tiers.All)
                await ShowAsync(store, text, reports, cancel);
        }

        return reports;
    }

    /// <inheritdoc />
    public Task<PurgeReport> PurgeAsync(PurgeOrder order, CancellationToken cancel) =>
        service.Purger is { } purger ? purger.PurgeAsync(order, cancel) : Task.FromResult(new PurgeReport(0, false, "The cache is off: nothing is stored."));

    // What lies there, purged or not, without touching what is in front.
    private async Task ShowAsync(ICacheStore store, byte[] text, List<StoredReport> reports, CancellationToken cancel)
    {
        switch (await store.GetAsync(CacheKey.Of(text), text, cancel))
        {
            case CachedResponse response:
                Add(store, response, [], reports);
                break;
            case VaryIndex index when store is Stores.Memory.MemoryStore memory:
                // The texts of variants are not in the index; in memory each entry has its own.
                foreach (var key in index.Variants)
                {
                    if (memory.Find(key) is CachedResponse variant)
                        Add(store, variant, index.Rules.Count > 0 ? index.Rules[0] : [], reports);
                }

                break;
        }
    }

    private void Add(ICacheStore store, CachedResponse response, IReadOnlyList<string> vary, List<StoredReport> reports)
    {
        if (ledger.Judge(response, out var since) == PurgeVerdict.Hard)
            return;
        var stored = since > response.SoftPurgedAt ? response.StaleSince(since) : response;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        reports.Add(new StoredReport(
            Encoding.UTF8.GetString(UrlText.RouteOf(stored.KeyText.Span)), store.Name, stored.Status, stored.Body.Length, stored.AgeAt(now) / 1000,
            (long)Math.Floor(Reuse.TtlAt(stored, now) / 1000.0), stored.StaleWhileRevalidate / 1000, stored.StaleIfError / 1000, vary, stored.Tags,
            [.. stored.Fields.Select(f => $"{f.Name}: {f.Value}")]));
    }

    private static TierFigures Of(string name, StoreFigures figures) =>
        new(name, figures.Entries, figures.Bytes, figures.MaxBytes, figures.Evictions, figures.State);
}
