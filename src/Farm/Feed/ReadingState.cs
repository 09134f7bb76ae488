namespace Weir.Farm.Feed;

/// <summary>How old a reading is. None of the three says that a server is down.</summary>
public enum ReadingState
{
    /// <summary>No status page has been read yet, or none is asked for.</summary>
    Never,

    /// <summary>The last question was answered.</summary>
    Fresh,

    /// <summary>Several questions in a row were not answered; the last limit stays.</summary>
    Stale,
}
