using System.IO.Hashing;
using System.Text;

namespace Weir.Policies.Caching.Entries;

/// <summary>Field names as strings that are made once: the same few dozen stand in every entry that is read.</summary>
internal static class FieldNames
{
    /// <summary>Names that are kept; another one takes the place of the one with its hash.</summary>
    public const int Places = 512;

    /// <summary>Longer ones are not kept.</summary>
    public const int MaxBytes = 64;

    private static readonly string?[] Kept = new string?[Places];

    /// <param name="name">Latin-1.</param>
    public static string Of(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxBytes)
            return Encoding.Latin1.GetString(name);
        ref var place = ref Kept[(int)(XxHash3.HashToUInt64(name) % Places)];
        if (Volatile.Read(ref place) is { } kept && IsSame(kept, name))
            return kept;
        var made = Encoding.Latin1.GetString(name);
        Volatile.Write(ref place, made);
        return made;
    }

    private static bool IsSame(string kept, ReadOnlySpan<byte> name)
    {
        if (kept.Length != name.Length)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            if (kept[i] != name[i])
                return false;
        }

        return true;
    }
}
