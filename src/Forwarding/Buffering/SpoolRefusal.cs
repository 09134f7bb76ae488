namespace Weir.Forwarding.Buffering;

/// <summary>Why a spool did not take bytes. A closed set: it is a metric tag.</summary>
internal enum SpoolRefusal
{
    /// <summary>It took them.</summary>
    None,

    /// <summary>The spool's own bounds are reached; room comes when it is read.</summary>
    SpoolFull,

    /// <summary>The bounds of all spools together are reached.</summary>
    TotalFull,

    /// <summary>The temporary file could not be made or written.</summary>
    Unavailable,

    /// <summary>The owner has disposed of it.</summary>
    Disposed,
}
