namespace Weir.Policies.Throttle.Counting;

/// <summary>What came of entering.</summary>
internal enum EntryOutcome
{
    /// <summary>There was no room to count it: it may go on, and nothing is left.</summary>
    Uncounted,

    /// <summary>Counted: must be left.</summary>
    Entered,

    /// <summary>As many as may be are inside.</summary>
    Full,
}
