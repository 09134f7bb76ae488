using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>Names in a store that others may use too: ASCII without blanks.</summary>
internal static class RemoteKeys
{
    /// <summary>Longest prefix.</summary>
    public const int MaxPrefix = 64;

    /// <summary>Where the generation lies: <c>prefix generation</c>.</summary>
    public static byte[] Generation(string prefix) => Encoding.ASCII.GetBytes(prefix + "generation");

    /// <summary>Where an entry lies: prefix, 16 digits of the generation, a dash, 32 digits of the key.</summary>
    public static byte[] Entry(byte[] prefix, ulong generation, CacheKey key)
    {
        var name = new byte[prefix.Length + 16 + 1 + 32];
        prefix.CopyTo(name);
        var rest = name.AsSpan(prefix.Length);
        Utf8Formatter.TryFormat(generation, rest, out _, new System.Buffers.StandardFormat('x', 16));
        rest[16] = (byte)'-';
        key.Hash.TryFormat(rest[17..], out _, "x32", CultureInfo.InvariantCulture);
        return name;
    }
}
