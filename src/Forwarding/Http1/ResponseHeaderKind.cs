namespace Weir.Forwarding.Http1;

/// <summary>What is done with a response header: the ones with a meaning for this hop, and the common ones with a place of their own.</summary>
internal enum ResponseHeaderKind
{
    /// <summary>Copied by name.</summary>
    Other,

    /// <summary>Dropped.</summary>
    Hop,
    Connection,
    Upgrade,
    ContentLength,
    TransferEncoding,
    SetCookie,
    ContentType,
    Date,
    Server,
    ETag,
    Vary,
    LastModified,
    CacheControl,
    AcceptRanges,
    ContentEncoding,
}
