namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>What became of the telling.</summary>
internal enum PurgeTold
{
    /// <summary>Redis has it.</summary>
    Told,

    /// <summary>It waits for Redis.</summary>
    Waiting,

    /// <summary>There is no more room to wait: the others will not hear of it.</summary>
    Lost,
}
