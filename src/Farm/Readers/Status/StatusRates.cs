namespace Weir.Farm.Readers.Status;

/// <summary>What two pages of one server tell about the time between them.</summary>
/// <param name="ArrivalPerSecond">Requests per second, the status request itself not counted.</param>
/// <param name="MeanServiceTime">Mean duration of the requests that ended in between; null when none did or the version does not say.</param>
public readonly record struct StatusRates(double ArrivalPerSecond, TimeSpan? MeanServiceTime)
{
    /// <summary>
    /// Differences of two pages; null without ExtendedStatus, without time in between, or when the counters fell
    /// (a full restart starts them again).
    /// </summary>
    /// <param name="before">The older page.</param>
    /// <param name="after">The newer page.</param>
    /// <param name="elapsed">Time between the two on our clock; Apache's has whole seconds only.</param>
    public static StatusRates? Between(ServerStatus before, ServerStatus after, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.TotalAccesses is not { } first || after.TotalAccesses is not { } last || elapsed <= TimeSpan.Zero)
            return null;
        if (last < first || HasRestarted(before, after))
            return null;
        var all = last - first;
        TimeSpan? mean = null;
        if (all > 0 && before.TotalDurationMs is { } from && after.TotalDurationMs is { } to && to >= from)
            mean = TimeSpan.FromMilliseconds((double)(to - from) / all);
        return new StatusRates(Math.Max(0, all - 1) / elapsed.TotalSeconds, mean);
    }

    /// <summary>True when the parent process of the newer page is another one.</summary>
    public static bool HasRestarted(ServerStatus before, ServerStatus after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return after.UptimeSeconds < before.UptimeSeconds;
    }
}
