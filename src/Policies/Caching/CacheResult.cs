namespace Weir.Policies.Caching;

/// <summary>How a request on a cached route ended. A closed set: it is a metric tag.</summary>
internal enum CacheResult
{
    /// <summary>From the store, fresh.</summary>
    Hit,

    /// <summary>From the store, past its freshness.</summary>
    Stale,

    /// <summary>From the store, after the origin said that it is good.</summary>
    Revalidated,

    /// <summary>From the origin, with a fetch of its own.</summary>
    Miss,

    /// <summary>From another's fetch.</summary>
    Collapsed,

    /// <summary>From the origin, because of its method or a rule of the operator's.</summary>
    Bypass,

    /// <summary>From the origin, because such answers are not stored, or not yet.</summary>
    Pass,

    /// <summary>No answer of an origin.</summary>
    Failed,
}
