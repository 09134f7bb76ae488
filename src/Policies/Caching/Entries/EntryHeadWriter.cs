using System.Buffers.Binary;
using System.Text;

namespace Weir.Policies.Caching.Entries;

/// <summary>Writes the head of an entry behind room for its prefix.</summary>
internal struct EntryHeadWriter(int expected)
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(EntryPrefix.Bytes + expected);

    /// <summary>Bytes so far, the prefix included.</summary>
    public int Length { get; private set; } = EntryPrefix.Bytes;

    public readonly Memory<byte> Written => _bytes.AsMemory(0, Length);

    public void Byte(byte value) => Take(1)[0] = value;

    public void Int16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), (ushort)value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Hash(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Take(16), value);

    /// <summary>Seven bits a byte, the lowest first; the top bit says that more follow.</summary>
    public void Count(uint value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Count((uint)value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>One byte a character where all are below 256, which fields are in practice; otherwise two. Exact for any text.</summary>
    public void Text(string value)
    {
        var isWide = false;
        foreach (var c in value)
            isWide |= c > 0xff;
        Count(((uint)value.Length << 1) | (isWide ? 1u : 0u));
        if (!isWide)
        {
            Encoding.Latin1.GetBytes(value, Take(value.Length));
            return;
        }

        var wide = Take(2 * value.Length);
        for (var i = 0; i < value.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(wide[(2 * i)..], value[i]);
    }

    private Span<byte> Take(int count)
    {
        var end = Length + count;
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(end, 2 * _bytes.Length));
        var span = _bytes.AsSpan(Length, count);
        Length = end;
        return span;
    }
}
