using System.Buffers;
using System.Runtime.CompilerServices;
using Weir.Transport.Loops;
using Weir.Transport.Native;

namespace Weir.Transport.Server;

/// <summary>The segments of one flush on their way into the socket. Belongs to whoever flushes at the time.</summary>
internal sealed unsafe class SendQueue(PipeSocket socket, TransportMetrics metrics)
{
    /// <summary>Pieces per system call; a flush of more goes on with the next call.</summary>
    private const int MaxPieces = 16;

    private OutputSegment? _first;
    private OutputSegment? _last;
    private OutputSegment? _spare;

    public bool IsEmpty => _first is null;

    public void Add(OutputSegment first, OutputSegment last)
    {
        if (_last is null)
            _first = first;
        else
            _last.Next = first;
        _last = last;
        DropEmpty();
    }

    /// <summary>A segment kept for reuse, so that a small answer allocates none.</summary>
    public OutputSegment? TakeSpare() => Interlocked.Exchange(ref _spare, null);

    /// <summary>One system call. Bytes, <see cref="LoopSocket.WouldBlock"/>, or minus an errno.</summary>
    public int SendSome()
    {
        var first = _first!;
        var sent = first.File is not null ? SendFile(first)
            : first.Next is { File: null } ? SendGathered(first)
            : socket.Send(first.Bytes.Span, more: HasBytes(first.Next));
        if (sent > 0)
            Sent(sent);
        return sent;
    }

    public void Clear()
    {
        while (_first is { } first)
            Drop(first);
    }

    // "More" with nothing after it would leave the end to the kernel's timer for corked output.
    private static bool HasBytes(OutputSegment? segment)
    {
        while (segment is { Length: 0 })
            segment = segment.Next;
        return segment is not null;
    }

    private int SendFile(OutputSegment segment)
    {
        var sent = socket.SendFile((int)segment.File!.DangerousGetHandle(), segment.FileOffset, segment.Length);
        // The file is shorter than promised: the answer cannot be finished.
        return sent == 0 ? -Errno.InputOutput : sent;
    }

    private int SendGathered(OutputSegment first)
    {
        var vectors = stackalloc IoVector[MaxPieces];
        var pins = default(Pins);
        var count = 0;
        var segment = first;
        for (; segment is { File: null } && count < MaxPieces; segment = segment.Next)
        {
            pins[count] = segment.Bytes.Pin();
            vectors[count] = new IoVector { Start = pins[count].Pointer, Length = (nuint)segment.Length };
            count++;
        }

        var sent = socket.Send(vectors, count, more: HasBytes(segment));
        for (var i = 0; i < count; i++)
            pins[i].Dispose();
        return sent;
    }

    private void Sent(int count)
    {
        while (count > 0)
        {
            var first = _first!;
            var part = Math.Min(count, first.Length);
            first.Sent(part);
            if (first.IsLent)
                metrics.Lent(part);
            count -= part;
            if (first.Length == 0)
                Drop(first);
        }

        DropEmpty();
    }

    // GetMemory without an Advance leaves a segment with nothing in it.
    private void DropEmpty()
    {
        while (_first is { Length: 0 } first)
            Drop(first);
    }

    private void Drop(OutputSegment first)
    {
        _first = first.Next;
        if (_first is null)
            _last = null;
        first.Release();
        Volatile.Write(ref _spare, first);
    }

    [InlineArray(MaxPieces)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
