namespace Weir.Forwarding.Buffering;

/// <summary>
/// A request's body that has arrived whole. It is a feature of the request; without it the body is still on its way and
/// can be read once only.
/// </summary>
internal interface ICollectedBody
{
    /// <summary>Bytes of the body, known also where the request has no Content-Length.</summary>
    long Length { get; }

    /// <summary>
    /// True when the bytes still lie in the request's <c>BodyReader</c>: its next read completes at once and gives them all,
    /// and gives them again as long as the reader is advanced to their start only. The members below are for the other case.
    /// </summary>
    bool IsInReader { get; }

    /// <summary>The next bytes, the caller's until <see cref="Advance"/>; empty at the end.</summary>
    /// <exception cref="IOException">The temporary file cannot be read.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync();

    /// <summary>Moves past bytes that were read.</summary>
    void Advance(int bytes);

    /// <summary>Begins at the first byte again, for another server. What an earlier read gave must not be in use any more.</summary>
    void Rewind();

    /// <summary>Gives memory and file back before the request ends: nobody will read the body again.</summary>
    void Release();
}
