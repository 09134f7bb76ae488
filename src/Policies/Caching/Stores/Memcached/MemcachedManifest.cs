using System.Buffers.Binary;
using System.IO.Hashing;

namespace Weir.Policies.Caching.Stores.Memcached;

/// <summary>Stands under the key of an entry that does not fit into one item, and says where its chunks are.</summary>
/// <param name="Nonce">Random, in the names of the chunks: those of another writing are not taken for them.</param>
/// <param name="Length">Bytes of the entry.</param>
/// <param name="ChunkBytes">Bytes of each chunk but the last, which has the rest.</param>
internal readonly record struct MemcachedManifest(ulong Nonce, long Length, int ChunkBytes)
{
    /// <summary>Magic and version (4), nonce (8), length (8), bytes of a chunk (4), checksum of these (8); little-endian.</summary>
    public const int Bytes = 32;

    /// <summary>Of one entry.</summary>
    public const int MaxChunks = 4096;

    // "WCM" and the version.
    private const uint Magic = 0x014D_4357;

    /// <summary>How many chunks there are.</summary>
    public int Chunks => (int)((Length + ChunkBytes - 1) / ChunkBytes);

    /// <summary>Bytes of one of them.</summary>
    public int BytesOf(int chunk) => (int)Math.Min(ChunkBytes, Length - ((long)chunk * ChunkBytes));

    /// <param name="from">What lies under the key.</param>
    /// <param name="maxLength">Bytes of the largest entry.</param>
    /// <returns>Null when it is no manifest, or not a sound one.</returns>
    public static MemcachedManifest? Read(ReadOnlySpan<byte> from, long maxLength)
    {
        if (from.Length != Bytes || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic
            || BinaryPrimitives.ReadUInt64LittleEndian(from[24..]) != XxHash3.HashToUInt64(from[..24]))
        {
            return null;
        }

        var manifest = new MemcachedManifest(
            BinaryPrimitives.ReadUInt64LittleEndian(from[4..]), BinaryPrimitives.ReadInt64LittleEndian(from[12..]), BinaryPrimitives.ReadInt32LittleEndian(from[20..]));
        return manifest.Length > 0 && manifest.Length <= maxLength && manifest.ChunkBytes > 0
            && (manifest.Length + manifest.ChunkBytes - 1) / manifest.ChunkBytes <= MaxChunks ? manifest : null;
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(4), Nonce);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), ChunkBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), XxHash3.HashToUInt64(bytes.AsSpan(0, 24)));
        return bytes;
    }

    /// <summary>The key of a chunk: the entry's, the nonce and the number.</summary>
    public byte[] KeyOf(ReadOnlySpan<byte> key, int chunk)
    {
        var name = new byte[key.Length + 1 + 16 + 4];
        key.CopyTo(name);
        name[key.Length] = (byte)'.';
        Nonce.TryFormat(name.AsSpan(key.Length + 1), out _, "x16", System.Globalization.CultureInfo.InvariantCulture);
        chunk.TryFormat(name.AsSpan(key.Length + 17), out _, "x4", System.Globalization.CultureInfo.InvariantCulture);
        return name;
    }
}
