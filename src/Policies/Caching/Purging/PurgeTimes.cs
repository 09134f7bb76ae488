namespace Weir.Policies.Caching.Purging;

/// <summary>When one target was purged last, milliseconds since 1970 UTC by this gateway's clock; 0 for never.</summary>
internal readonly record struct PurgeTimes(long Hard, long Soft)
{
    public static PurgeTimes At(long time, bool soft) => soft ? new(0, time) : new(time, 0);

    public long Newest => Math.Max(Hard, Soft);

    /// <summary>The later of each.</summary>
    public PurgeTimes With(PurgeTimes other) => new(Math.Max(Hard, other.Hard), Math.Max(Soft, other.Soft));
}
