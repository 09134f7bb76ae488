using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Upstream;

/// <summary>Finds the bytes of an answer's body in what its connection received. Used again by the next exchange.</summary>
internal sealed class AnswerBody
{
    private ChunkedDecoder _chunks;
    private Trailers? _trailers;

    /// <summary>How it ends.</summary>
    public BodyKind Kind { get; private set; }

    /// <summary>Bytes still to come of a body of known length.</summary>
    public long Left { get; private set; }

    /// <summary>True when all of it was found.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Why it is refused.</summary>
    public ResponseFault Fault { get; private set; }

    public void Begin(BodyKind kind, long length, HttpResponse response)
    {
        (Kind, Left, Fault) = (kind, length, ResponseFault.None);
        IsDone = kind == BodyKind.None;
        _chunks = default;
        _trailers = kind == BodyKind.Chunked && response.SupportsTrailers() ? new Trailers(response) : null;
    }

    /// <summary>
    /// The length of a chunked body that lies whole in the connection's buffer, without trailers; null when it does not, or when
    /// it is faulty.
    /// </summary>
    public static long? WholeLength(ReadOnlySpan<byte> unread)
    {
        var decoder = default(ChunkedDecoder);
        var total = 0L;
        while (true)
        {
            total += decoder.Read(unread, out var consumed, trailers: null).Length;
            if (decoder.Fault != ResponseFault.None || (consumed == 0 && !decoder.IsDone))
                return null;
            unread = unread[consumed..];
            if (decoder.IsDone)
                return unread.Length == 0 && !decoder.HasTrailers ? total : null;
        }
    }

    /// <summary>The next run of body bytes among those received; empty when more must come, when it is done, or when it is refused.</summary>
    public ReadOnlyMemory<byte> Next(UpstreamConnection connection)
    {
        var unread = connection.UnreadMemory;
        switch (Kind)
        {
            case BodyKind.Length:
                var run = unread[..(int)Math.Min(Left, unread.Length)];
                connection.Consume(run.Length);
                Received(run.Length);
                return run;
            case BodyKind.UntilClose:
                connection.Consume(unread.Length);
                return unread;
            case BodyKind.Chunked:
                return NextOfChunks(connection);
            default:
                return default;
        }
    }

    /// <summary>Counts bytes of a body of known length that were received past the connection's buffer.</summary>
    public void Received(int bytes)
    {
        Left -= bytes;
        IsDone = Left == 0;
    }

    /// <summary>The server closed: the end of a body that ends so, and a fault of any other.</summary>
    public bool EndsWithClose()
    {
        IsDone |= Kind == BodyKind.UntilClose;
        return IsDone;
    }

    private ReadOnlyMemory<byte> NextOfChunks(UpstreamConnection connection)
    {
        while (connection.UnreadLength > 0)
        {
            var unread = connection.UnreadMemory;
            var run = _chunks.Read(unread.Span, out var consumed, _trailers);
            connection.Consume(consumed);
            Fault = _chunks.Fault;
            if (_chunks.IsDone)
            {
                Fault = _trailers?.Finish() ?? ResponseFault.None;
                IsDone = Fault == ResponseFault.None;
            }

            if (run.Length > 0)
                return unread[(consumed - run.Length)..consumed];
            if (_chunks.IsDone || Fault != ResponseFault.None)
                return default;
        }

        return default;
    }
}
