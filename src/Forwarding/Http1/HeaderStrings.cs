using System.Buffers.Binary;
using System.Text;

namespace Weir.Forwarding.Http1;

/// <summary>
/// Strings of header names and values seen before, so that a server's unchanging headers cost no allocation per answer. Direct
/// mapped: a newer string replaces an older one. At most 4096 strings of at most 128 characters, about 1 MB.
/// </summary>
internal static class HeaderStrings
{
    private const int Bits = 12;
    private const int MaxLength = 128;

    private static readonly string?[] Table = new string?[1 << Bits];

    /// <summary>The bytes as Latin-1 text.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return "";
        if (bytes.Length > MaxLength)
            return Encoding.Latin1.GetString(bytes);
        ref var place = ref Table[Hash(bytes)];
        var known = Volatile.Read(ref place);
        if (known is not null && Ascii.Equals(bytes, known))
            return known;
        var made = Encoding.Latin1.GetString(bytes);
        Volatile.Write(ref place, made);
        return made;
    }

    /// <summary>First, middle and last eight bytes and the length: what header values differ in, at a fixed cost.</summary>
    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        ulong mixed = (uint)bytes.Length;
        if (bytes.Length >= 8)
        {
            mixed ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes) * 0x9E37_79B9_7F4A_7C15;
            mixed ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]) * 0xC2B2_AE3D_27D4_EB4F;
            mixed ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes[((bytes.Length - 8) / 2)..]) * 0x1656_67B1_9E37_79F9;
        }
        else
        {
            foreach (var b in bytes)
                mixed = (mixed * 31) + b;
            mixed *= 0x9E37_79B9_7F4A_7C15;
        }

        return (int)((mixed ^ (mixed >> 29)) * 0xBF58_476D_1CE4_E5B9 >> (64 - Bits));
    }
}
