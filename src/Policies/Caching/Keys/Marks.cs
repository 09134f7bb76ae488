using System.Runtime.InteropServices;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Keys;

/// <summary>
/// What is remembered of URLs without an entry: that they are not worth waiting for, that clients hold them already, how often they
/// were asked for. A fixed table that forgets: a mark that another has displaced costs one fetch or one wait, nothing else, so a
/// client with ever new URLs gains nothing. Two keys of one place and 32 bits are one: harmless for the same reason. No lock.
/// </summary>
internal sealed class Marks
{
    private const int Ways = 4;

    private readonly Place[] _places;
    private readonly uint _sets;

    /// <param name="places">12 bytes each.</param>
    public Marks(int places)
    {
        _sets = (uint)Math.Max(1, places / Ways);
        _places = new Place[_sets * Ways];
    }

    /// <summary>Set until a second of the clock.</summary>
    public void Set(CacheKey key, Mark mark, long untilSecond) => Find(key, mark, untilSecond, make: true).Count = 1;

    /// <summary>True while it is set.</summary>
    public bool Has(CacheKey key, Mark mark, long nowSecond)
    {
        ref var place = ref Find(key, mark, nowSecond, make: false);
        return place.Count > 0 && place.Until > nowSecond;
    }

    public void Clear(CacheKey key, Mark mark) => Find(key, mark, 0, make: false).Count = 0;

    /// <summary>Counts one more; a count that was not raised for so long starts over.</summary>
    public int Count(CacheKey key, long nowSecond, int keepSeconds)
    {
        ref var place = ref Find(key, Mark.Uses, nowSecond, make: true);
        place.Count = place.Until <= nowSecond ? (ushort)1 : (ushort)Math.Min(ushort.MaxValue, place.Count + 1);
        place.Until = (uint)(nowSecond + keepSeconds);
        return place.Count;
    }

    private ref Place Find(CacheKey key, Mark mark, long second, bool make)
    {
        var low = (ulong)key.Hash;
        var tag = (uint)(low >> 32) | 1;
        var set = _places.AsSpan((int)((uint)low % _sets) * Ways, Ways);
        var oldest = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Tag == tag && set[i].Mark == (ushort)mark)
            {
                if (make && mark != Mark.Uses)
                    set[i].Until = (uint)second;
                return ref set[i];
            }

            if (set[i].Until < set[oldest].Until)
                oldest = i;
        }

        if (!make)
            return ref None;
        set[oldest] = new Place { Tag = tag, Mark = (ushort)mark, Until = mark == Mark.Uses ? 0 : (uint)second };
        return ref set[oldest];
    }

    // Nobody's place: what is written there is not read.
    [ThreadStatic]
    private static Place s_none;

    private static ref Place None
    {
        get
        {
            s_none = default;
            return ref s_none;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Place
    {
        public uint Tag;
        public uint Until;
        public ushort Mark;
        public ushort Count;
    }
}
