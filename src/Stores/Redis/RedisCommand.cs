using System.Buffers;
using System.Buffers.Text;

namespace Weir.Stores.Redis;

/// <summary>
/// One command: its words as bytes. They are copied when the command is sent, so the caller's buffers are free as soon as
/// <see cref="IRedisClient.SendAsync"/> has returned its task. May be kept and sent again.
/// </summary>
public readonly struct RedisCommand
{
    private readonly ReadOnlyMemory<byte>[] _words;
    private readonly int _key;
    private readonly int _piecesAt;
    private readonly ReadOnlyMemory<byte>[]? _pieces;

    private RedisCommand(int key, ReadOnlyMemory<byte>[] words, int piecesAt, ReadOnlyMemory<byte>[]? pieces) =>
        (_key, _words, _piecesAt, _pieces) = (key, words, piecesAt, pieces);

    /// <summary>The key that decides which node of a cluster gets it; empty when any node may.</summary>
    internal ReadOnlySpan<byte> Key => _key > 0 && _key < _words.Length ? _words[_key].Span : default;

    /// <summary>Bytes on the wire.</summary>
    internal int Size { get; private init; }

    /// <summary>A command that any node may do: PING, PUBLISH.</summary>
    /// <param name="words">Name first, then arguments.</param>
    public static RedisCommand Of(params ReadOnlyMemory<byte>[] words) => Make(0, words);

    /// <summary>A command whose first argument is its only key, or one key of several in the same slot.</summary>
    /// <param name="words">Name first, then arguments.</param>
    public static RedisCommand ForKey(params ReadOnlyMemory<byte>[] words) => Make(1, words);

    /// <summary>A command whose key stands elsewhere: 3 for EVAL.</summary>
    /// <param name="key">Index of the key, the name being 0.</param>
    /// <param name="words">Name first, then arguments.</param>
    public static RedisCommand ForKeyAt(int key, params ReadOnlyMemory<byte>[] words) => Make(key, words);

    /// <summary>SET and its like with a value that lies in several pieces, which are written one behind the other.</summary>
    /// <param name="words">Name, key, and what stands before the value.</param>
    /// <param name="pieces">The value.</param>
    /// <param name="rest">What stands behind it.</param>
    public static RedisCommand ForKeyWithPieces(ReadOnlyMemory<byte>[] words, ReadOnlyMemory<byte>[] pieces, params ReadOnlyMemory<byte>[] rest) =>
        Make(1, [.. words, default, .. rest], words.Length, pieces);

    /// <summary>A number as an argument.</summary>
    public static ReadOnlyMemory<byte> Number(long value)
    {
        var text = new byte[20];
        Utf8Formatter.TryFormat(value, text, out var length);
        return text.AsMemory(0, length);
    }

    internal void WriteTo(IBufferWriter<byte> output)
    {
        WriteHead(output, (byte)'*', _words.Length);
        for (var i = 0; i < _words.Length; i++)
        {
            if (_pieces is not null && i == _piecesAt)
            {
                WriteHead(output, (byte)'$', _pieces.Sum(p => p.Length));
                foreach (var piece in _pieces)
                    output.Write(piece.Span);
            }
            else
            {
                WriteHead(output, (byte)'$', _words[i].Length);
                output.Write(_words[i].Span);
            }

            output.Write("\r\n"u8);
        }
    }

    private static RedisCommand Make(int key, ReadOnlyMemory<byte>[] words, int piecesAt = 0, ReadOnlyMemory<byte>[]? pieces = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(words.Length, nameof(words));
        var size = 16L;
        foreach (var word in words)
            size += word.Length + 16;
        foreach (var piece in pieces ?? [])
            size += piece.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, int.MaxValue, nameof(words));
        return new RedisCommand(key, words, piecesAt, pieces) { Size = (int)size };
    }

    private static void WriteHead(IBufferWriter<byte> output, byte type, int number)
    {
        var span = output.GetSpan(16);
        span[0] = type;
        Utf8Formatter.TryFormat(number, span[1..], out var length);
        "\r\n"u8.CopyTo(span[(length + 1)..]);
        output.Advance(length + 3);
    }
}
