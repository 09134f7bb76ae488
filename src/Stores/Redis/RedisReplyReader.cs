using System.Buffers;
using System.Buffers.Text;

namespace Weir.Stores.Redis;

/// <summary>
/// Reads replies out of a stream of bytes that arrives in any pieces. What was read of an unfinished reply is kept here and
/// not read again; memory grows with what has arrived, not with the length that was announced. For one connection.
/// </summary>
internal sealed class RedisReplyReader(RedisLimits limits) : IDisposable
{
    private const int Pooled = 1024;
    private const int FirstRent = 1024 * 1024;
    private static readonly byte[] Ok = "OK"u8.ToArray();
    private readonly Stack<Frame> _open = new();
    private byte[]? _bulk;
    private int _filled;
    private int _length;
    private RedisReplyKind _bulkKind;
    private int _items;
    private long _bytes;

    /// <summary>Takes the next whole reply off the front. What belongs to an unfinished one is taken off too.</summary>
    /// <exception cref="RedisException">Not RESP, or past a bound. The connection is of no use any more.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out RedisReply reply)
    {
        while (TryReadValue(ref buffer, out var value))
        {
            if (TryClose(value, out reply))
            {
                (_items, _bytes) = (0, 0);
                return true;
            }
        }

        reply = default;
        return false;
    }

    public void Dispose()
    {
        if (_bulk is { Length: > Pooled } rented && !limits.KeepsValues)
            ArrayPool<byte>.Shared.Return(rented);
        _bulk = null;
        while (_open.TryPop(out var frame))
            frame.Items.ForEach(i => i.Dispose());
    }

    // Null stands for "a list was opened, or an attribute read over": go on.
    private bool TryReadValue(ref ReadOnlySequence<byte> buffer, out RedisReply? value)
    {
        value = null;
        if (_bulk is not null)
            return TryFillBulk(ref buffer, out value);
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (buffer.Length > limits.MaxLineBytes)
                throw Malformed("a line is too long");
            return false;
        }

        if (line.Length < 2 || line.Length > limits.MaxLineBytes)
            throw Malformed("a line is empty or too long");
        buffer = buffer.Slice(reader.Position);
        if (line.IsSingleSegment)
            return TryReadLine(line.FirstSpan, ref buffer, out value);
        var copy = ArrayPool<byte>.Shared.Rent((int)line.Length);
        line.CopyTo(copy);
        try
        {
            return TryReadLine(copy.AsSpan(0, (int)line.Length), ref buffer, out value);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private bool TryReadLine(ReadOnlySpan<byte> line, ref ReadOnlySequence<byte> buffer, out RedisReply? value)
    {
        if (line[^1] != '\r')
            throw Malformed("a line does not end with CR LF");
        var text = line[1..^1];
        if (++_items > limits.MaxItems)
            throw Malformed("a reply has too many values");
        value = null;
        switch (line[0])
        {
            case (byte)'+':
                value = new RedisReply(RedisReplyKind.Status, Keep(text));
                return true;
            case (byte)'-':
                value = new RedisReply(RedisReplyKind.Error, Keep(text));
                return true;
            case (byte)':':
                value = new RedisReply(RedisReplyKind.Integer, null, Number(text));
                return true;
            case (byte)'_' when text.IsEmpty:
                value = default(RedisReply);
                return true;
            case (byte)'#' when text is [(byte)'t' or (byte)'f']:
                value = new RedisReply(RedisReplyKind.Boolean, null, text[0] == 't' ? 1 : 0);
                return true;
            case (byte)',':
                value = new RedisReply(RedisReplyKind.Double, Keep(text));
                return true;
            case (byte)'(':
                value = new RedisReply(RedisReplyKind.BigNumber, Keep(text));
                return true;
            case (byte)'$':
                return OpenBulk(RedisReplyKind.Bulk, text, ref buffer, out value);
            case (byte)'!':
                return OpenBulk(RedisReplyKind.Error, text, ref buffer, out value);
            case (byte)'=':
                return OpenBulk(RedisReplyKind.Verbatim, text, ref buffer, out value);
            case (byte)'*':
                return OpenList(RedisReplyKind.Array, text, 1, out value);
            case (byte)'~':
                return OpenList(RedisReplyKind.Set, text, 1, out value);
            case (byte)'>':
                return OpenList(RedisReplyKind.Push, text, 1, out value);
            case (byte)'%':
                return OpenList(RedisReplyKind.Map, text, 2, out value);
            case (byte)'|':
                return OpenList(null, text, 2, out value);
            default:
                throw Malformed("an unknown type");
        }
    }

    private bool OpenBulk(RedisReplyKind kind, ReadOnlySpan<byte> text, ref ReadOnlySequence<byte> buffer, out RedisReply? value)
    {
        var length = Number(text);
        value = default(RedisReply);
        if (length == -1)
            return true;
        Count(length);
        (_bulkKind, _length, _filled) = (kind, (int)length, 0);
        _bulk = limits.KeepsValues ? GC.AllocateUninitializedArray<byte>((int)Math.Min(length, FirstRent))
            : length <= Pooled ? new byte[length]
            : ArrayPool<byte>.Shared.Rent((int)Math.Min(length, FirstRent));
        return TryFillBulk(ref buffer, out value);
    }

    private bool TryFillBulk(ref ReadOnlySequence<byte> buffer, out RedisReply? value)
    {
        value = null;
        while (_filled < _length && !buffer.IsEmpty)
        {
            if (_filled == _bulk!.Length)
                Grow();
            var take = (int)Math.Min(Math.Min(_length, _bulk.Length) - _filled, buffer.Length);
            buffer.Slice(0, take).CopyTo(_bulk.AsSpan(_filled));
            buffer = buffer.Slice(take);
            _filled += take;
        }

        if (_filled < _length || buffer.Length < 2)
            return false;
        Span<byte> end = stackalloc byte[2];
        buffer.Slice(0, 2).CopyTo(end);
        if (!end.SequenceEqual("\r\n"u8))
            throw Malformed("a value is longer than its length");
        buffer = buffer.Slice(2);
        value = new RedisReply(_bulkKind, limits.KeepsValues || _length <= Pooled ? _bulk : new RedisPayload(_bulk!, _length));
        _bulk = null;
        return true;
    }

    private void Grow()
    {
        if (limits.KeepsValues)
        {
            Array.Resize(ref _bulk, (int)Math.Min(_length, 2L * _bulk!.Length));
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_length, 2L * _bulk!.Length));
        _bulk.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bulk);
        _bulk = larger;
    }

    private bool OpenList(RedisReplyKind? kind, ReadOnlySpan<byte> text, int each, out RedisReply? value)
    {
        var count = Number(text);
        value = null;
        if (count == -1 && kind == RedisReplyKind.Array)
            value = default(RedisReply);
        else if (count < 0 || count > limits.MaxItems / each)
            throw Malformed("a list has an impossible length");
        else if (count > 0 && _open.Count >= limits.MaxDepth)
            throw Malformed("lists are nested too deep");
        else if (count > 0)
            _open.Push(new Frame(kind, (int)count * each));
        else if (kind is { } empty)
            value = new RedisReply(empty, Array.Empty<RedisReply>());
        return true;
    }

    // True when the value was a whole reply, or the last piece of one.
    private bool TryClose(RedisReply? value, out RedisReply reply)
    {
        reply = default;
        while (value is { } whole)
        {
            if (!_open.TryPeek(out var frame))
            {
                reply = whole;
                return true;
            }

            frame.Items.Add(whole);
            if (frame.Items.Count < frame.Count)
                return false;
            _open.Pop();
            if (frame.Kind is not { } kind)
            {
                frame.Items.ForEach(i => i.Dispose());
                return false;
            }

            value = new RedisReply(kind, frame.Items.ToArray());
        }

        return false;
    }

    private byte[] Keep(ReadOnlySpan<byte> text)
    {
        Count(text.Length);
        return text.SequenceEqual("OK"u8) ? Ok : text.ToArray();
    }

    private void Count(long bytes)
    {
        if (bytes < 0 || (_bytes += bytes) > limits.MaxReplyBytes)
            throw Malformed("a value has an impossible length");
    }

    private static long Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length ? value : throw Malformed("a number is none");

    private static RedisException Malformed(string what) => new(RedisFault.Malformed, $"The server's reply is not RESP, or past a bound: {what}.");

    private sealed record Frame(RedisReplyKind? Kind, int Count)
    {
        public List<RedisReply> Items { get; } = new(Math.Min(Count, 256));
    }
}
