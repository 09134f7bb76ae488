using System.Runtime.InteropServices;

namespace Weir.Forwarding.Http1;

/// <summary>
/// Collects what the headers of one answer say of its framing and refuses whatever two readers could understand differently.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ResponseFraming
{
    private long _length;
    private bool _hasLength;
    private bool _isChunked;

    /// <summary>Why the framing is refused.</summary>
    public ResponseFault Fault { get; private set; }

    /// <summary>True when the connection is not safe to use again.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>The Content-Length; null when there is none.</summary>
    public readonly long? ContentLength => _hasLength ? _length : null;

    /// <summary>Takes a Content-Length line: digits only, no list, and no second one that differs.</summary>
    public void OnContentLength(ReadOnlySpan<byte> value)
    {
        // 18 digits fit a long.
        if (value.Length is 0 or > 18)
        {
            Fault = ResponseFault.ContentLength;
            return;
        }

        var length = 0L;
        foreach (var digit in value)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                Fault = ResponseFault.ContentLength;
                return;
            }

            length = (length * 10) + (digit - '0');
        }

        if (_hasLength && length != _length)
            Fault = ResponseFault.ContentLength;
        (_length, _hasLength) = (length, true);
    }

    /// <summary>Takes a Transfer-Encoding line: exactly one <c>chunked</c>.</summary>
    public void OnTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (_isChunked || !System.Text.Ascii.EqualsIgnoreCase(value, "chunked"u8))
            Fault = ResponseFault.TransferEncoding;
        _isChunked = true;
    }

    /// <summary>The body of a final answer, once all headers are in.</summary>
    /// <param name="status">200..999.</param>
    /// <param name="isHead">True when the request was HEAD.</param>
    /// <param name="isHttp10">True when the answer was HTTP/1.0.</param>
    /// <param name="length">Bytes of a body of known length; 0 otherwise.</param>
    public BodyKind Resolve(int status, bool isHead, bool isHttp10, out long length)
    {
        length = 0;
        if (_isChunked && (_hasLength || isHttp10))
            Fault = ResponseFault.TransferEncoding;
        // A 204 that announces a body may be followed by one: nothing that comes behind it may be taken for the next answer.
        IsSuspect = status == 204 && (_isChunked || (_hasLength && _length > 0));
        if (isHead || status is 204 or 304)
            return BodyKind.None;
        if (_isChunked)
            return BodyKind.Chunked;
        if (!_hasLength)
            return BodyKind.UntilClose;
        length = _length;
        return length == 0 ? BodyKind.None : BodyKind.Length;
    }
}
