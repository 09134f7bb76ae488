using System.Buffers.Text;
using System.Text;

namespace Weir.Support.Load;

/// <summary>Finds the end of one HTTP/1.1 answer in the bytes of a connection; keeps nothing of the body.</summary>
internal sealed class ResponseReader
{
    private const int MaxHead = 32 * 1024;
    private readonly byte[] _head = new byte[MaxHead];
    private int _headLength;
    private State _state;
    private long _left;

    private enum State
    {
        Head,
        Body,
        ChunkSize,
        ChunkData,
        Trailer,
        UntilClose,
        Complete,
        Invalid,
    }

    public int Status { get; private set; }

    /// <summary>True when the connection may carry another request.</summary>
    public bool KeepAlive { get; private set; }

    /// <summary>True once a byte of this answer has come.</summary>
    public bool Started { get; private set; }

    public bool IsComplete => _state == State.Complete;

    public bool IsInvalid => _state == State.Invalid;

    public void Reset()
    {
        _headLength = 0;
        _state = State.Head;
        _left = 0;
        Status = 0;
        KeepAlive = true;
        Started = false;
    }

    /// <summary>The peer has closed: an answer without a length is complete then.</summary>
    public void End()
    {
        if (_state == State.UntilClose)
            _state = State.Complete;
    }

    public void Feed(ReadOnlySpan<byte> data)
    {
        Started = true;
        while (data.Length > 0 && _state is not (State.Complete or State.Invalid))
        {
            switch (_state)
            {
                case State.Body or State.ChunkData:
                    var taken = (int)Math.Min(_left, data.Length);
                    data = data[taken..];
                    _left -= taken;
                    if (_left == 0)
                        _state = _state == State.Body ? State.Complete : State.ChunkSize;
                    break;
                case State.UntilClose:
                    return;
                default:
                    Collect(data[0]);
                    data = data[1..];
                    break;
            }
        }

        // Bytes past the end were not asked for: this client never pipelines.
        if (data.Length > 0)
            _state = State.Invalid;
    }

    private void Collect(byte next)
    {
        if (_headLength == MaxHead)
        {
            _state = State.Invalid;
            return;
        }

        _head[_headLength++] = next;
        if (next != '\n')
            return;
        var seen = _head.AsSpan(0, _headLength);
        switch (_state)
        {
            case State.Head when seen.EndsWith("\r\n\r\n"u8):
                ParseHead(seen);
                _headLength = 0;
                break;
            case State.ChunkSize when _headLength > 2:
                if (!Utf8Parser.TryParse(seen, out long size, out _, 'x'))
                    _state = State.Invalid;
                else
                    (_state, _left) = size == 0 ? (State.Trailer, 0) : (State.ChunkData, size + 2);
                _headLength = 0;
                break;
            case State.Trailer:
                if (_headLength == 2)
                    _state = State.Complete;
                _headLength = 0;
                break;
        }
    }

    private void ParseHead(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
        {
            _state = State.Invalid;
            return;
        }

        if (status is >= 100 and < 200)
            return;
        Status = status;
        KeepAlive = head[7] == '1';
        long? length = null;
        var chunked = false;
        foreach (var line in Encoding.Latin1.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].Trim();
            switch (line[..Math.Max(0, colon)].ToUpperInvariant())
            {
                case "CONTENT-LENGTH":
                    length = long.Parse(value);
                    break;
                case "TRANSFER-ENCODING":
                    chunked = value.Contains("chunked", StringComparison.OrdinalIgnoreCase);
                    break;
                case "CONNECTION":
                    KeepAlive = !value.Contains("close", StringComparison.OrdinalIgnoreCase);
                    break;
            }
        }

        _left = length ?? 0;
        _state = chunked ? State.ChunkSize
            : status is 204 or 304 || length == 0 ? State.Complete
            : length is null ? State.UntilClose
            : State.Body;
        KeepAlive &= _state != State.UntilClose;
    }
}
