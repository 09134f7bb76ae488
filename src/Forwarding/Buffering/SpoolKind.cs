namespace Weir.Forwarding.Buffering;

/// <summary>What a spool holds. A closed set: it is a metric tag.</summary>
internal enum SpoolKind
{
    /// <summary>A request's body, on its way to a server.</summary>
    Upload,

    /// <summary>An answer's body, on its way to a client.</summary>
    Answer,
}
