using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Weir.Policies.Caching.Fetching;

namespace Weir.Policies.Caching;

/// <summary>What the cache counts. Tags: words of the code.</summary>
internal sealed class CachingMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _fetches;
    private readonly Counter<long> _invalidations;
    private readonly long[] _results = new long[Enum.GetValues<CacheResult>().Length];

    public CachingMetrics(IMeterFactory meters, FetchBudget budget)
    {
        var meter = meters.Create("Weir");
        _requests = meter.CreateCounter<long>("weir.cache.requests", "{request}", "Requests on cached routes by how they ended.");
        _fetches = meter.CreateCounter<long>("weir.cache.fetches", "{fetch}", "Fetches for the cache by what their head said.");
        _invalidations = meter.CreateCounter<long>("weir.cache.invalidations", "{url}", "URLs dropped by answers to unsafe methods.");
        meter.CreateObservableGauge("weir.cache.fetches.active", () => budget.Fetches, "{fetch}", "Fetches under way.");
        meter.CreateObservableGauge("weir.cache.fetches.bytes", () => budget.Bytes, "By", "Bytes of bodies that are being fetched.");
    }

    /// <summary>Since the start, by word.</summary>
    public IReadOnlyDictionary<string, long> Results =>
        Enum.GetValues<CacheResult>().ToFrozenDictionary(Word, r => Interlocked.Read(ref _results[(int)r]));

    public void Ended(CacheResult result)
    {
        Interlocked.Increment(ref _results[(int)result]);
        if (_requests.Enabled)
            _requests.Add(1, new KeyValuePair<string, object?>("result", Word(result)));
    }

    public void Fetched(FetchKind kind) => _fetches.Add(1, new KeyValuePair<string, object?>("outcome", kind switch
    {
        FetchKind.Stored => "stored",
        FetchKind.Updated => "updated",
        FetchKind.Direct => "direct",
        _ => "failed",
    }));

    public void Invalidated(int urls) => _invalidations.Add(urls);

    internal static string Word(CacheResult result) => result switch
    {
        CacheResult.Hit => "hit",
        CacheResult.Stale => "stale",
        CacheResult.Revalidated => "revalidated",
        CacheResult.Miss => "miss",
        CacheResult.Collapsed => "collapsed",
        CacheResult.Bypass => "bypass",
        CacheResult.Pass => "pass",
        CacheResult.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, null),
    };
}
