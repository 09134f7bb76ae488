using Weir.Policies.Caching.Rules;

namespace Weir.Policies.Caching.Fetching;

/// <summary>How much may be under way for the cache at once. What is too much goes to its client uncached.</summary>
internal sealed class FetchBudget(CurrentCachingRules rules)
{
    private long _bytes;
    private int _fetches;
    private int _refreshes;

    public long Bytes => Volatile.Read(ref _bytes);

    public int Fetches => Volatile.Read(ref _fetches);

    /// <summary>Room for one more fetch, and where nobody waits for it, for one more refresh.</summary>
    public bool TryBegin(bool isRefresh)
    {
        if (Interlocked.Increment(ref _fetches) > rules.Now.Options.MaxFetches)
        {
            Interlocked.Decrement(ref _fetches);
            return false;
        }

        if (!isRefresh || Interlocked.Increment(ref _refreshes) <= rules.Now.Options.MaxRefreshes)
            return true;
        End(isRefresh);
        return false;
    }

    public void End(bool isRefresh)
    {
        Interlocked.Decrement(ref _fetches);
        if (isRefresh)
            Interlocked.Decrement(ref _refreshes);
    }

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= rules.Now.Options.MaxFetchBytes)
            return true;
        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
