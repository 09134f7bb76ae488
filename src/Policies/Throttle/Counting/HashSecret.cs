using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Weir.Policies.Throttle.Counting;

/// <summary>What keys are hashed with: 128 bits.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HashSecret(ulong Low, ulong High)
{
    /// <summary>A new one, for a gateway that shares its counters with nobody.</summary>
    public static HashSecret Random()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return From(bytes);
    }

    /// <summary>The same for the same text, on every replica.</summary>
    public static HashSecret Of(string text) => From(SHA256.HashData(Encoding.UTF8.GetBytes("weir throttle " + text)));

    private static HashSecret From(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
}
