namespace Weir.Forwarding.Http1;

/// <summary>Takes the trailer lines of a chunked body byte by byte; at most <see cref="ChunkedDecoder.MaxTrailerBytes"/> and their line ends.</summary>
internal interface ITrailerBytes
{
    void Take(byte value);
}
