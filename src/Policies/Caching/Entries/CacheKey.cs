using System.IO.Hashing;

namespace Weir.Policies.Caching.Entries;

/// <summary>
/// The name of a stored entry: XxHash128 of its key text. An attacker can make two texts with one hash, so every entry carries its
/// text, and a look-up compares it: another's entry is a miss.
/// </summary>
public readonly record struct CacheKey(UInt128 Hash)
{
    /// <param name="text">The key text, UTF-8.</param>
    public static CacheKey Of(ReadOnlySpan<byte> text) => new(XxHash128.HashToUInt128(text));

    /// <returns>32 lower-case hexadecimal digits.</returns>
    public override string ToString() => Hash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
