using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Purging;

/// <summary>Says whether purges concern an entry that was found.</summary>
internal interface IPurgeJudge
{
    /// <param name="softSince">For <see cref="PurgeVerdict.Soft"/>: since when it is stale, ms since 1970.</param>
    PurgeVerdict Judge(CacheEntry entry, out long softSince);
}
