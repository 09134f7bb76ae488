using System.Buffers;
using System.Buffers.Text;

namespace Weir.Stores.Memcached;

/// <summary>One command as it goes over the wire.</summary>
/// <param name="verb">mg, ms, md, mn, me or version.</param>
/// <param name="key">Empty for a command without one.</param>
/// <param name="item">For ms.</param>
internal readonly struct MemcachedCommand(MemcachedVerb verb, ReadOnlyMemory<byte> key = default, MemcachedItem item = default)
{
    /// <summary>Of a key that needs no coding.</summary>
    public const int MaxPlainKeyBytes = 250;

    /// <summary>Of any other key: base64 makes 248 out of them.</summary>
    public const int MaxKeyBytes = 186;

    private const int LineBytes = 512;

    public MemcachedVerb Verb => verb;

    /// <summary>Bytes on the wire, about.</summary>
    public long Size { get; } = key.Length + item.Length + 64;

    /// <exception cref="ArgumentOutOfRangeException">Too short or too long.</exception>
    public static void Check(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfZero(key.Length, nameof(key));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, IsPlain(key) ? MaxPlainKeyBytes : MaxKeyBytes, nameof(key));
    }

    public void WriteTo(IBufferWriter<byte> output, uint opaque)
    {
        var line = output.GetSpan(LineBytes);
        var at = 0;
        Put(line, ref at, verb switch
        {
            MemcachedVerb.Get => "mg "u8,
            MemcachedVerb.Set => "ms "u8,
            MemcachedVerb.Delete => "md "u8,
            MemcachedVerb.Describe => "me "u8,
            MemcachedVerb.Noop => "mn"u8,
            _ => "version"u8,
        });
        if (!key.IsEmpty)
            PutKey(line, ref at);
        output.Advance(Finish(line, at, opaque));
        if (verb != MemcachedVerb.Set)
            return;
        foreach (var piece in item.Pieces)
            output.Write(piece.Span);
        output.Write("\r\n"u8);
    }

    private int Finish(Span<byte> line, int at, uint opaque)
    {
        if (verb == MemcachedVerb.Get)
        {
            Put(line, ref at, " v f"u8);
        }
        else if (verb == MemcachedVerb.Set)
        {
            Put(line, ref at, " "u8);
            Put(line, ref at, (ulong)item.Length);
            Put(line, ref at, " T"u8);
            Put(line, ref at, (ulong)item.Seconds);
            Put(line, ref at, " F"u8);
            Put(line, ref at, item.Flags);
            if (item.OnlyIfAbsent)
                Put(line, ref at, " ME"u8);
        }

        if (verb is MemcachedVerb.Get or MemcachedVerb.Set or MemcachedVerb.Delete)
        {
            Put(line, ref at, " O"u8);
            Put(line, ref at, opaque);
        }

        if (!key.IsEmpty && !IsPlain(key.Span))
            Put(line, ref at, " b"u8);
        Put(line, ref at, "\r\n"u8);
        return at;
    }

    private void PutKey(Span<byte> line, ref int at)
    {
        if (IsPlain(key.Span))
        {
            Put(line, ref at, key.Span);
            return;
        }

        Base64.EncodeToUtf8(key.Span, line[at..], out _, out var written);
        at += written;
    }

    // Bytes above 126 pass too, but not everything between us and the server need like them.
    private static bool IsPlain(ReadOnlySpan<byte> key) => !key.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static void Put(Span<byte> line, ref int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(line[at..]);
        at += text.Length;
    }

    private static void Put(Span<byte> line, ref int at, ulong number)
    {
        Utf8Formatter.TryFormat(number, line[at..], out var written);
        at += written;
    }
}
