namespace Weir.Forwarding.Http1;

/// <summary>Why an answer is not passed on. The names go to logs and metrics.</summary>
internal enum ResponseFault
{
    None,

    /// <summary>No HTTP/1.0 or HTTP/1.1 status line with a status from 100 to 999.</summary>
    StatusLine,

    /// <summary>A line that does not end with CR LF, or a lone CR.</summary>
    LineEnd,

    /// <summary>An empty header name, or one with a byte that is no token (RFC 9110 section 5.6.2), white space before the colon included.</summary>
    HeaderName,

    /// <summary>NUL or another control byte in a header value.</summary>
    HeaderValue,

    /// <summary>A header continued on the next line (RFC 9112 section 5.2).</summary>
    FoldedHeader,

    /// <summary>More header bytes or lines than are read.</summary>
    HeadTooLarge,

    /// <summary>A Content-Length that is no plain number, or several that differ.</summary>
    ContentLength,

    /// <summary>A Transfer-Encoding other than one <c>chunked</c>, or one beside a Content-Length or in HTTP/1.0.</summary>
    TransferEncoding,

    /// <summary>A chunk that breaks RFC 9112 section 7.1.</summary>
    Chunk,

    /// <summary>Trailers that are malformed or too large.</summary>
    Trailers,

    /// <summary>101 without an upgrade that was asked for.</summary>
    UnaskedUpgrade,

    /// <summary>More interim answers than are read.</summary>
    TooManyInterim,
}
