namespace Weir.Fail2ban.Jails;

/// <summary>How bans grow for those who come again.</summary>
public sealed record BanIncrement
{
    private const int MaxDoublings = 20;

    // A TimeSpan holds 29,000 years.
    private const double LongestSeconds = 1000 * 365.25 * 86_400;

    /// <summary><c>bantime.increment</c>.</summary>
    public bool Enabled { get; init; }

    /// <summary><c>bantime.factor</c>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary><c>bantime.multipliers</c>; empty doubles each time.</summary>
    public IReadOnlyList<double> Multipliers { get; init; } = [];

    /// <summary><c>bantime.maxtime</c>; null has no bound.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary><c>bantime.rndtime</c>: at most so much is added at random.</summary>
    public TimeSpan RandomTime { get; init; }

    /// <summary><c>bantime.overalljails</c>: earlier bans of all jails count.</summary>
    public bool OverAllJails { get; init; }

    /// <summary>How long the next ban is.</summary>
    /// <param name="banTime">The jail's own ban time.</param>
    /// <param name="earlierBans">Bans of this address before, 0 for the first.</param>
    /// <param name="random">From 0 to 1.</param>
    /// <returns>
    /// The ban time itself for the first ban or when not enabled; else ban time * factor * 2^min(earlier, 20), or * the
    /// multiplier of that number, at most the longest time, and the random part on top.
    /// </returns>
    public TimeSpan Next(TimeSpan banTime, int earlierBans, double random)
    {
        if (!Enabled || earlierBans <= 0 || banTime <= TimeSpan.Zero)
        {
            return banTime;
        }

        double seconds = Multipliers.Count > 0
            ? banTime.TotalSeconds * Factor * Multipliers[Math.Min(earlierBans, Multipliers.Count - 1)]
            : Math.Max(banTime.TotalSeconds, banTime.TotalSeconds * (1 << Math.Min(earlierBans, MaxDoublings)) * Factor);
        if (MaxTime is { } most)
        {
            seconds = Math.Min(seconds, most.TotalSeconds);
        }

        seconds += Math.Clamp(random, 0, 1) * RandomTime.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestSeconds));
    }
}
