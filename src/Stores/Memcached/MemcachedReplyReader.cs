using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Weir.Stores.Memcached;

/// <summary>
/// Reads replies out of a stream of bytes that arrives in any pieces. What was read of an unfinished value is kept here; memory
/// grows with what has arrived, not with the length that was announced. For one connection.
/// </summary>
/// <param name="maxValueBytes">Bytes of a value.</param>
internal sealed class MemcachedReplyReader(int maxValueBytes)
{
    /// <summary>Bytes of a line, its end included; the longest that a server sends is an ME.</summary>
    public const int MaxLineBytes = 2048;

    private const int FirstBytes = 1024 * 1024;
    private byte[]? _value;
    private int _length;
    private int _filled;
    private MemcachedReply _head;

    /// <summary>Takes the next whole reply off the front. What belongs to an unfinished one is taken off too.</summary>
    /// <exception cref="MemcachedException">Not the protocol, or past a bound. The connection is of no use any more.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out MemcachedReply reply)
    {
        reply = default;
        if (_value is null)
        {
            var reader = new SequenceReader<byte>(buffer);
            if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
            {
                if (buffer.Length > MaxLineBytes)
                    throw Malformed("a line is too long");
                return false;
            }

            if (line.Length is < 2 or > MaxLineBytes)
                throw Malformed("a line is empty or too long");
            buffer = buffer.Slice(reader.Position);
            Span<byte> copy = stackalloc byte[line.IsSingleSegment ? 0 : (int)line.Length];
            line.Slice(0, line.IsSingleSegment ? 0 : line.Length).CopyTo(copy);
            var text = line.IsSingleSegment ? line.FirstSpan : copy;
            if (text[^1] != '\r')
                throw Malformed("a line does not end as lines do");
            reply = Line(text[..^1]);
            if (_value is null)
                return true;
        }

        return TryFill(ref buffer, out reply);
    }

    private MemcachedReply Line(ReadOnlySpan<byte> line)
    {
        var word = Word(ref line);
        if (word.SequenceEqual("VA"u8))
        {
            var size = Number(Word(ref line));
            if (size > (uint)maxValueBytes)
                throw Malformed("a value has an impossible length");
            (_length, _filled) = ((int)size, 0);
            _value = GC.AllocateUninitializedArray<byte>(Math.Min(_length, FirstBytes));
            return _head = Flagged(MemcachedReplyKind.Value, line);
        }

        if (word.SequenceEqual("HD"u8))
            return Flagged(MemcachedReplyKind.Done, line);
        if (word.SequenceEqual("EN"u8))
            return Flagged(MemcachedReplyKind.Miss, line);
        if (word.SequenceEqual("NF"u8))
            return Flagged(MemcachedReplyKind.NotFound, line);
        if (word.SequenceEqual("NS"u8))
            return Flagged(MemcachedReplyKind.NotStored, line);
        if (word.SequenceEqual("EX"u8))
            return Flagged(MemcachedReplyKind.Exists, line);
        if (word.SequenceEqual("MN"u8))
            return Flagged(MemcachedReplyKind.Noop, line);
        if (word.SequenceEqual("ME"u8))
            return Texted(MemcachedReplyKind.Description, line);
        if (word.SequenceEqual("VERSION"u8))
            return Texted(MemcachedReplyKind.Version, line);
        if (word.SequenceEqual("ERROR"u8) || word.SequenceEqual("CLIENT_ERROR"u8) || word.SequenceEqual("SERVER_ERROR"u8))
            return Texted(MemcachedReplyKind.Error, line.IsEmpty ? word : line);
        throw Malformed("an unknown word");
    }

    private bool TryFill(ref ReadOnlySequence<byte> buffer, out MemcachedReply reply)
    {
        reply = default;
        while (_filled < _length && !buffer.IsEmpty)
        {
            if (_filled == _value!.Length)
                Array.Resize(ref _value, (int)Math.Min(_length, 2L * _value.Length));
            var take = (int)Math.Min(_value.Length - _filled, buffer.Length);
            buffer.Slice(0, take).CopyTo(_value.AsSpan(_filled));
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
        reply = _head with { Value = _value! };
        _value = null;
        return true;
    }

    private static MemcachedReply Flagged(MemcachedReplyKind kind, ReadOnlySpan<byte> line)
    {
        var (flags, opaque) = (0u, (uint?)null);
        while (!line.IsEmpty)
        {
            var flag = Word(ref line);
            if (flag.IsEmpty)
                continue;
            if (flag[0] == 'f')
                flags = Number(flag[1..]);
            else if (flag[0] == 'O')
                opaque = Number(flag[1..]);
        }

        return new MemcachedReply(kind, [], flags, opaque, "");
    }

    private static MemcachedReply Texted(MemcachedReplyKind kind, ReadOnlySpan<byte> line) =>
        new(kind, [], 0, null, MemcachedException.Printable(Encoding.Latin1.GetString(line)));

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)' ');
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[(end + 1)..];
        return word;
    }

    private static uint Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out uint value, out var used) && used == text.Length ? value : throw Malformed("a number is none");

    private static MemcachedException Malformed(string what) =>
        new(MemcachedFault.Malformed, $"The server's reply is not the meta protocol, or past a bound: {what}.");
}
