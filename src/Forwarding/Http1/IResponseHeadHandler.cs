namespace Weir.Forwarding.Http1;

/// <summary>Takes the parts of a response head, in their order. The spans live as long as the call.</summary>
internal interface IResponseHeadHandler
{
    /// <summary>The status line.</summary>
    /// <param name="status">100..999.</param>
    /// <param name="isHttp10">True for HTTP/1.0, false for HTTP/1.1.</param>
    /// <param name="reason">Latin-1 without control bytes; may be empty.</param>
    void OnStatus(int status, bool isHttp10, ReadOnlySpan<byte> reason);

    /// <summary>A header line.</summary>
    /// <param name="name">A token, one byte or more, in the sender's letter case.</param>
    /// <param name="value">Latin-1 without surrounding white space; may be empty.</param>
    void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);
}
