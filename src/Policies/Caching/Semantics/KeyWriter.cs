using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Writes a key text into a buffer of the caller's. Once it does not fit, nothing more is written.</summary>
internal ref struct KeyWriter(Span<byte> to)
{
    /// <summary>Bytes of a value that are kept as they are.</summary>
    public const int MaxPlain = 64;

    private const int LengthBytes = 4;

    // Lengths that no value has: absent is -1, a secret -3.
    private const int Digested = -2;

    private readonly Span<byte> to = to;

    /// <summary>Bytes written.</summary>
    public int Written { get; private set; }

    /// <summary>It did not fit.</summary>
    public bool Full { get; private set; }

    public void Bytes(scoped ReadOnlySpan<byte> bytes)
    {
        Full |= !bytes.TryCopyTo(to[Written..]);
        Written += Full ? 0 : bytes.Length;
    }

    /// <summary>UTF-8.</summary>
    public void Text(scoped ReadOnlySpan<char> text)
    {
        if (Full || !Encoding.UTF8.TryGetBytes(text, to[Written..], out var bytes))
        {
            Full = true;
            return;
        }

        Written += bytes;
    }

    public void Number(ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        Bytes(bytes);
    }

    /// <summary>Room for the length of what follows, so that no value can pretend to be two.</summary>
    /// <returns>What <see cref="Close"/> wants.</returns>
    public int Open()
    {
        var start = Written;
        Bytes([0, 0, 0, 0]);
        return start;
    }

    /// <summary>Notes how much was written since <see cref="Open"/>; what is long is kept as its digest, so that keys stay short.</summary>
    public void Close(int start)
    {
        if (Full)
        {
            return;
        }

        var length = Written - start - LengthBytes;
        BinaryPrimitives.WriteInt32LittleEndian(to[start..], length);
        if (length > MaxPlain)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to[start..], Digested);
            SHA256.HashData(to.Slice(start + LengthBytes, length), to[(start + LengthBytes)..]);
            Written = start + LengthBytes + SHA256.HashSizeInBytes;
        }
    }

    /// <summary>The digest of a value in place of the value: stores and their backups have no use for a client's secrets.</summary>
    public void Secret(ReadOnlySpan<char> value)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(value), digest);
        Bytes([0xFD, 0xFF, 0xFF, 0xFF]);
        Bytes(digest);
    }

    /// <summary>In place of a value that is not there, which is not the same as an empty one.</summary>
    public void Absent() => Bytes([0xFF, 0xFF, 0xFF, 0xFF]);
}
