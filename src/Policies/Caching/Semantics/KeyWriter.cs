using System.Buffers.Binary;
using System.Text;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Writes a key text into a buffer of the caller's. Once it does not fit, nothing more is written.</summary>
internal ref struct KeyWriter(Span<byte> to)
{
    private const int LengthBytes = 4;

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

    /// <summary>Notes how much was written since <see cref="Open"/>.</summary>
    public readonly void Close(int start)
    {
        if (!Full)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to[start..], Written - start - LengthBytes);
        }
    }

    /// <summary>In place of a value that is not there, which is not the same as an empty one.</summary>
    public void Absent() => Bytes([0xFF, 0xFF, 0xFF, 0xFF]);
}
