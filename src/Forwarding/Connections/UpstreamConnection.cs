using System.Buffers;

namespace Weir.Forwarding.Connections;

/// <summary>
/// One HTTP/1.1 connection to a server: its stream, what was received and not yet used, and what the pool needs to know. In use by
/// one request at a time; only <see cref="Close"/> and <see cref="Expire"/> may come from elsewhere.
/// </summary>
internal sealed class UpstreamConnection
{
    /// <summary>Room for a head and a small body, in one receive.</summary>
    public const int ReadBytes = 16 << 10;

    /// <summary>A deadline that has been acted upon.</summary>
    private const long Over = long.MinValue;

    private readonly UpstreamChannel _channel;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _closed;
    private long _deadline;
    private int _expired;
    private bool _gone;

    public UpstreamConnection(UpstreamChannel channel, UpstreamPool pool, int loop, long now)
    {
        _channel = channel;
        Pool = pool;
        Loop = loop;
        IdleSince = now;
    }

    public UpstreamPool Pool { get; }

    /// <summary>The loop whose shelf it goes back to.</summary>
    public int Loop { get; }

    /// <summary>When it was opened or last given back, as a timestamp.</summary>
    public long IdleSince { get; set; }

    /// <summary>Requests sent on it.</summary>
    public int Requests { get; set; }

    /// <summary>True once its server closed, or spoke unasked, while it was idle.</summary>
    public bool IsGone
    {
        get => Volatile.Read(ref _gone);
        set => Volatile.Write(ref _gone, value);
    }

    /// <summary>Place in its shelf; kept by the shelf.</summary>
    public int ShelfIndex { get; set; } = -1;

    /// <summary>True when it was used before the present request.</summary>
    public bool IsReused => Requests > 1;

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>True when a time-out closed it.</summary>
    public bool HasExpired => Volatile.Read(ref _expired) != 0;

    /// <summary>What was received and not yet used.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The same as memory.</summary>
    public ReadOnlyMemory<byte> UnreadMemory => _buffer.AsMemory(_start, _end - _start);

    public int UnreadLength => _end - _start;

    /// <summary>The instant at which the pool closes it unless it is put off; as a timestamp, <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline
    {
        get => Volatile.Read(ref _deadline);
        set => Volatile.Write(ref _deadline, value);
    }

    /// <summary>Receives more behind what is unread; 0 when the server has closed its side.</summary>
    /// <exception cref="InvalidDataException">More than <paramref name="limit"/> bytes would be unread.</exception>
    public ValueTask<int> FillAsync(int limit = ReadBytes)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_buffer.Length == 0)
            _buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        else if (_end == _buffer.Length)
            MakeRoom(limit);
        return _channel.ReceiveAsync(_buffer.AsMemory(_end));
    }

    /// <summary>Counts what <see cref="FillAsync"/> received.</summary>
    public void Filled(int bytes) => _end += bytes;

    /// <summary>Marks bytes as used.</summary>
    public void Consume(int bytes) => _start += bytes;

    /// <summary>Receives past the buffer, which must be empty.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _channel.ReceiveAsync(buffer);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => _channel.SendAsync(bytes);

    /// <summary>Gives the buffer back; what it holds is lost.</summary>
    public void ReleaseBuffer()
    {
        _start = _end = 0;
        if (_buffer.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Watches for the server's close while idle.</summary>
    public void StartIdle() => _channel.StartIdle(static c => ((UpstreamConnection)c!).Gone(), this);

    /// <summary>Ends the watch; false when the connection is good for closing only.</summary>
    public bool EndIdle() => _channel.EndIdle();

    /// <summary>Closes it if its time is over; what is under way fails. One that was given back meanwhile is left alone.</summary>
    public void Expire(long now)
    {
        var deadline = Deadline;
        if (deadline >= now || Interlocked.CompareExchange(ref _deadline, Over, deadline) != deadline)
            return;
        Volatile.Write(ref _expired, 1);
        Close();
    }

    /// <summary>Ends the watch over its time; false when its time is over.</summary>
    public bool ClearDeadline() => Interlocked.Exchange(ref _deadline, long.MaxValue) != Over;

    /// <summary>Closes it and gives its seat at the server back; further calls do nothing. What is under way fails.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _channel.Close();
        Pool.Closed(this);
    }

    private void Gone() => Pool.Gone(this);

    private void MakeRoom(int limit)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            return;
        }

        if (_end >= limit)
            throw new InvalidDataException($"More than {limit} bytes of one head.");
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
