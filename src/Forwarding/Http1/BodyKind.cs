namespace Weir.Forwarding.Http1;

/// <summary>How the end of a message's body is found (RFC 9112 section 6.3).</summary>
internal enum BodyKind
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>After a number of bytes.</summary>
    Length,

    /// <summary>With the last chunk and the trailers.</summary>
    Chunked,

    /// <summary>When the server closes.</summary>
    UntilClose,
}
