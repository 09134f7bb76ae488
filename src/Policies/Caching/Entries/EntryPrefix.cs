using System.Buffers.Binary;
using System.IO.Hashing;

namespace Weir.Policies.Caching.Entries;

/// <summary>
/// The first bytes of every stored entry, little-endian: magic (4), version (1), kind (1), zero (2), checksum of what follows up to
/// the body (8), length of the head (4), length of the body (8), checksum of the body (8). Then the head, then the body, then the end.
/// </summary>
/// <param name="Kind">What the head holds.</param>
/// <param name="HeadLength">Bytes of the head, without the prefix; at most <see cref="EntryCodec.MaxHeadBytes"/>.</param>
/// <param name="BodyLength">Bytes of the body.</param>
/// <param name="BodyChecksum">XxHash3 of the body, seed 0.</param>
internal readonly record struct EntryPrefix(EntryKind Kind, int HeadLength, long BodyLength, ulong BodyChecksum)
{
    /// <summary>Bytes of a prefix, whatever the version.</summary>
    public const int Bytes = 36;

    // "WCE" and a byte that no text has.
    private const uint Magic = 0x1A45_4357;
    private const int ChecksumAt = 8;
    private const int LengthsAt = 16;

    /// <summary>Reads a prefix; its checksum, which covers the head too, is checked by <see cref="IsSound"/>.</summary>
    /// <param name="from">At least <see cref="Bytes"/>, or it is none.</param>
    /// <param name="prefix">What it says, within bounds.</param>
    public static EntryFault Read(ReadOnlySpan<byte> from, out EntryPrefix prefix)
    {
        prefix = default;
        if (from.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic)
            return EntryFault.NotAnEntry;
        if (from[4] != EntryCodec.Version)
            return EntryFault.OtherVersion;
        var (kind, head) = ((EntryKind)from[5], BinaryPrimitives.ReadUInt32LittleEndian(from[LengthsAt..]));
        var body = BinaryPrimitives.ReadInt64LittleEndian(from[(LengthsAt + 4)..]);
        if (kind is not (EntryKind.Response or EntryKind.VaryIndex) || from[6] != 0 || from[7] != 0 || head > EntryCodec.MaxHeadBytes || body < 0)
            return EntryFault.Damaged;
        prefix = new EntryPrefix(kind, (int)head, body, BinaryPrimitives.ReadUInt64LittleEndian(from[(LengthsAt + 12)..]));
        return EntryFault.None;
    }

    /// <param name="top">Prefix and head, nothing else.</param>
    /// <returns>True when they are as they were written.</returns>
    public static bool IsSound(ReadOnlySpan<byte> top) => BinaryPrimitives.ReadUInt64LittleEndian(top[ChecksumAt..]) == Checksum(top);

    /// <summary>Fills the prefix of what lies behind it.</summary>
    /// <param name="top">Room for the prefix, and the head.</param>
    public void WriteTo(Span<byte> top)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(top, Magic);
        (top[4], top[5], top[6], top[7]) = (EntryCodec.Version, (byte)Kind, 0, 0);
        BinaryPrimitives.WriteInt32LittleEndian(top[LengthsAt..], HeadLength);
        BinaryPrimitives.WriteInt64LittleEndian(top[(LengthsAt + 4)..], BodyLength);
        BinaryPrimitives.WriteUInt64LittleEndian(top[(LengthsAt + 12)..], BodyChecksum);
        BinaryPrimitives.WriteUInt64LittleEndian(top[ChecksumAt..], Checksum(top));
    }

    // What stands before the checksum is its seed: one pass over one piece.
    private static ulong Checksum(ReadOnlySpan<byte> top) => XxHash3.HashToUInt64(top[LengthsAt..], BinaryPrimitives.ReadInt64LittleEndian(top));
}
