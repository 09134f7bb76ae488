using System.Runtime.InteropServices;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Fetching;

/// <summary>Makes a body to keep of the parts in which it came: few pieces, and no room that nobody uses.</summary>
internal static class BodyParts
{
    /// <summary>Up to here a body is one exact array, at the price of a copy.</summary>
    private const int CopyBytes = 64 * 1024;

    public static MemoryBody Join(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var pieces = new List<ReadOnlyMemory<byte>>(parts.Count);
        long total = 0;
        long held = 0;
        foreach (var part in parts)
        {
            total += part.Length;
            if (pieces.Count > 0 && Follows(pieces[^1], part, out var both))
            {
                pieces[^1] = both;
                continue;
            }

            pieces.Add(part);
            held += MemoryMarshal.TryGetArray(part, out var array) ? array.Array!.Length : part.Length;
        }

        if (total == 0)
            return MemoryBody.Empty;
        if (total > CopyBytes || held == total)
            return new MemoryBody(pieces, held);
        var exact = GC.AllocateUninitializedArray<byte>((int)total);
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(exact.AsMemory(at));
            at += piece.Length;
        }

        return new MemoryBody([exact]);
    }

    private static bool Follows(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, out ReadOnlyMemory<byte> both)
    {
        both = default;
        if (!MemoryMarshal.TryGetArray(one, out var a) || !MemoryMarshal.TryGetArray(other, out var b) || a.Array != b.Array || a.Offset + a.Count != b.Offset)
            return false;
        both = a.Array.AsMemory(a.Offset, a.Count + b.Count);
        return true;
    }
}
