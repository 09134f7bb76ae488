namespace Weir.Policies.Throttle.Judging;

/// <summary>One kind of counter: so many hits in an interval, or so many tokens of a bucket.</summary>
internal sealed record CountRule
{
    /// <summary>Intervals up to here share the table that is forgotten first.</summary>
    private const long LongTicks = 60 * TimeSpan.TicksPerSecond;

    /// <summary>Name for people and for the RateLimit headers.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="ThrottleReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Tells the rule in a counter's key.</summary>
    public required int Tag { get; init; }

    /// <summary>Hits that pass in the interval, or tokens of the full bucket.</summary>
    public required long Limit { get; init; }

    /// <summary>Ticks; of a bucket the time in which it fills.</summary>
    public required long Interval { get; init; }

    /// <summary>Each hit moves the interval's end.</summary>
    public bool Slides { get; init; }

    /// <summary>Ticks in which a token grows back; 0 for what is no bucket.</summary>
    public long TokenTicks { get; init; }

    /// <summary>Only reports.</summary>
    public bool IsDryRun { get; init; }

    public bool IsBucket => TokenTicks > 0;

    public bool IsLong => Interval > LongTicks;

    /// <summary><c>window</c>, <c>gap</c> or <c>bucket</c>.</summary>
    public string Kind => IsBucket ? "bucket" : Slides ? "gap" : "window";
}
