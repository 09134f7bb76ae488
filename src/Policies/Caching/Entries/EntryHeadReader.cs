using System.Buffers.Binary;
using System.Text;

namespace Weir.Policies.Caching.Entries;

/// <summary>
/// Reads the head of an entry. Whatever the bytes are, nothing is thrown and nothing larger than a few times their number is made:
/// the first thing that cannot be makes <see cref="IsSound"/> false, and all that follows reads as zero and empty.
/// </summary>
internal ref struct EntryHeadReader(ReadOnlySpan<byte> head)
{
    private ReadOnlySpan<byte> _rest = head;

    /// <summary>False once something was not there.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>True when everything was read and sound.</summary>
    public readonly bool IsDone => IsSound && _rest.IsEmpty;

    /// <summary>Bytes that are left.</summary>
    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1) is { Length: 1 } one ? one[0] : (byte)0;

    public int Int16() => Take(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16LittleEndian(two) : 0;

    public long Int64() => Take(8) is { Length: 8 } eight ? BinaryPrimitives.ReadInt64LittleEndian(eight) : 0;

    public UInt128 Hash() => Take(16) is { Length: 16 } all ? BinaryPrimitives.ReadUInt128LittleEndian(all) : 0;

    /// <summary>A time or a span: not negative.</summary>
    public long Time() => Int64() is >= 0 and var time ? time : Wrong();

    /// <summary>How many of something follow, each of which takes at least so many bytes.</summary>
    public int Count(int each)
    {
        var count = Number();
        return count <= (uint)(_rest.Length / each) ? (int)count : Wrong();
    }

    public ReadOnlySpan<byte> Bytes() => Take(Count(1));

    public string Text() => Text(isName: false);

    /// <summary>A text that comes again and again.</summary>
    public string Name() => Text(isName: true);

    /// <summary>What was read is impossible.</summary>
    public int Wrong()
    {
        IsSound = false;
        _rest = default;
        return 0;
    }

    private string Text(bool isName)
    {
        var number = Number();
        var (length, isWide) = (number >> 1, (number & 1) != 0);
        if (length > (uint)(isWide ? _rest.Length / 2 : _rest.Length))
        {
            Wrong();
            return "";
        }

        if (!isWide)
        {
            var narrow = Take((int)length);
            return isName ? FieldNames.Of(narrow) : Encoding.Latin1.GetString(narrow);
        }

        var wide = Take(2 * (int)length);
        var text = new char[length];
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)BinaryPrimitives.ReadUInt16LittleEndian(wide[(2 * i)..]);
        return new string(text);
    }

    private uint Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value <= uint.MaxValue ? (uint)value : (uint)Wrong();
        }

        return (uint)Wrong();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            Wrong();
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
