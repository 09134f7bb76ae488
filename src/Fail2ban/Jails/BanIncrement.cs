namespace Weir.Fail2ban.Jails;

/// <summary>How bans grow for those who come again.</summary>
public sealed record BanIncrement
{
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
    public TimeSpan Next(TimeSpan banTime, int earlierBans, double random) => throw new NotImplementedException();
}
