using System.Collections.Concurrent;
using System.Text;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Purging;

/// <summary>
/// What was purged when. Nothing is searched for in the stores: an entry is judged when it is found, by the time its request was sent.
/// Any thread; readers take no lock, and stop at one comparison when nothing is newer than the entry. Operators alone fill it.
/// </summary>
internal sealed class PurgeLedger
{
    /// <summary>Prefixes and tags together. Of more, the oldest eighth become one time before which all is purged.</summary>
    public const int MaxTargets = 10_000;

    /// <summary>URLs, of which only the hash is kept. Of more, the same.</summary>
    public const int MaxUrls = 100_000;

    /// <summary>Nothing is kept for longer than this in any store.</summary>
    public static readonly TimeSpan LongestKept = TimeSpan.FromDays(31);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<CacheKey, PurgeTimes> _urls = new();
    private readonly ConcurrentDictionary<string, PurgeTimes> _tags = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly long _keepFor;
    private readonly int _maxTargets;
    private readonly int _maxUrls;

    // Swapped whole. What begins with a slash; what begins with two; what begins with a scheme.
    private PrefixTable _anyHost = PrefixTable.Empty;
    private PrefixTable _anyScheme = PrefixTable.Empty;
    private PrefixTable _absolute = PrefixTable.Empty;
    private long _newestAt;
    private long _newestUrl;
    private long _newestTag;
    private long _allHard;
    private long _allSoft;
    private long _unknownBefore;
    private int _urlCount;
    private int _tagCount;

    /// <param name="clock">Clock.</param>
    /// <param name="keepFor">The longest that any store keeps an entry; purges before that are of no use. Null for <see cref="LongestKept"/>.</param>
    /// <param name="maxTargets">See <see cref="MaxTargets"/>; at least 8.</param>
    /// <param name="maxUrls">See <see cref="MaxUrls"/>; at least 8.</param>
    public PurgeLedger(TimeProvider clock, TimeSpan? keepFor = null, int maxTargets = MaxTargets, int maxUrls = MaxUrls)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTargets, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxUrls, 8);
        (_clock, _keepFor, _maxTargets, _maxUrls) = (clock, (long)(keepFor ?? LongestKept).TotalMilliseconds, maxTargets, maxUrls);
    }

    /// <summary>Time of the newest purge; 0 for none.</summary>
    public long NewestAt => Volatile.Read(ref _newestAt);

    /// <summary>Purges in force.</summary>
    public int Count => Volatile.Read(ref _urlCount) + Volatile.Read(ref _tagCount) + Prefixes + (Volatile.Read(ref _allHard) > 0 ? 1 : 0) + (Volatile.Read(ref _allSoft) > 0 ? 1 : 0);

    private int Prefixes => Volatile.Read(ref _anyHost).Count + Volatile.Read(ref _anyScheme).Count + Volatile.Read(ref _absolute).Count;

    /// <summary>
    /// What purges say of an entry. It counts as old as its request, not as its storing: an answer that was under way during a purge may
    /// be the old one.
    /// </summary>
    /// <param name="entry">As a store gave it.</param>
    /// <param name="softSince">The newest soft purge that concerns it; 0 for none, and for a hard one.</param>
    public PurgeVerdict Judge(CacheEntry entry, out long softSince)
    {
        var born = entry is CachedResponse answer ? Math.Min(answer.RequestedAt, answer.StoredAt) : entry.StoredAt;
        softSince = 0;
        return born > Volatile.Read(ref _newestAt) ? PurgeVerdict.None : Look(entry, born, out softSince);
    }

    /// <summary>Takes purges in; of a target that is there the later times stay.</summary>
    public void Add(IReadOnlyList<PurgeItem> items)
    {
        lock (_lock)
        {
            var oldest = _clock.GetUtcNow().ToUnixTimeMilliseconds() - _keepFor;
            List<PrefixTable.Member>? anyHost = null, anyScheme = null, absolute = null;
            var newest = _newestAt;
            for (var i = 0; i < items.Count; i++)
            {
                var (kind, text, times) = items[i];
                if (times.Newest < oldest)
                    continue;
                newest = Math.Max(newest, times.Newest);
                switch (kind)
                {
                    case PurgeKind.Url when PurgeItem.TryKey(text, out var key):
                        Volatile.Write(ref _newestUrl, Math.Max(_newestUrl, times.Newest));
                        _urlCount += Merge(_urls, key, times);
                        break;
                    case PurgeKind.Tag:
                        Volatile.Write(ref _newestTag, Math.Max(_newestTag, times.Newest));
                        _tagCount += Merge(_tags, text, times);
                        break;
                    case PurgeKind.Prefix:
                        ref var list = ref text.StartsWith("//", StringComparison.Ordinal) ? ref anyScheme : ref text.StartsWith('/') ? ref anyHost : ref absolute;
                        (list ??= []).Add(new PrefixTable.Member(Encoding.UTF8.GetBytes(text), times));
                        break;
                    case PurgeKind.All:
                        Volatile.Write(ref _allHard, Math.Max(_allHard, times.Hard));
                        Volatile.Write(ref _allSoft, Math.Max(_allSoft, times.Soft));
                        break;
                }
            }

            With(ref _anyHost, anyHost);
            With(ref _anyScheme, anyScheme);
            With(ref _absolute, absolute);
            // Last: who sees it finds the purge.
            Volatile.Write(ref _newestAt, Math.Max(newest, _unknownBefore));
            if (_urlCount > _maxUrls || _tagCount + Prefixes > _maxTargets)
                MakeRoom(oldest);
        }
    }

    /// <summary>Everything in force, to be written down.</summary>
    public IReadOnlyList<PurgeItem> List()
    {
        lock (_lock)
        {
            var items = new List<PurgeItem>(Count);
            foreach (var (key, times) in _urls)
                items.Add(new(PurgeKind.Url, key.ToString(), times));
            foreach (var (tag, times) in _tags)
                items.Add(new(PurgeKind.Tag, tag, times));
            foreach (var table in (PrefixTable[])[_anyHost, _anyScheme, _absolute])
                items.AddRange(table.Members.Select(m => new PurgeItem(PurgeKind.Prefix, Encoding.UTF8.GetString(m.Text), m.Times)));
            if (_allHard > 0 || _allSoft > 0)
                items.Add(new(PurgeKind.All, "", new PurgeTimes(_allHard, _allSoft)));
            return items;
        }
    }

    /// <summary>While it is not known what was purged before a time: whatever is that old counts as purged, until it is called with 0.</summary>
    public void Doubt(long before)
    {
        lock (_lock)
        {
            Volatile.Write(ref _unknownBefore, before);
            Volatile.Write(ref _newestAt, Math.Max(_newestAt, before));
        }
    }

    /// <summary>Forgets what is too old to concern anything. Costs as much as there are purges; once an hour is often enough.</summary>
    public void Expire()
    {
        lock (_lock)
            Keep(_clock.GetUtcNow().ToUnixTimeMilliseconds() - _keepFor, alsoUrls: true, alsoTargets: true);
    }

    private static int Merge<TKey>(ConcurrentDictionary<TKey, PurgeTimes> to, TKey key, PurgeTimes times)
        where TKey : notnull
    {
        if (to.TryAdd(key, times))
            return 1;
        to[key] = to[key].With(times);
        return 0;
    }

    private static void With(ref PrefixTable table, List<PrefixTable.Member>? added)
    {
        if (added is not null)
            Volatile.Write(ref table, table.With(added));
    }

    private PurgeVerdict Look(CacheEntry entry, long born, out long softSince)
    {
        softSince = 0;
        if (born <= Volatile.Read(ref _allHard) || born <= Volatile.Read(ref _unknownBefore))
            return PurgeVerdict.Hard;
        var found = new PurgeTimes(0, Volatile.Read(ref _allSoft));
        var url = UrlText.UrlOf(entry.KeyText.Span);
        if (born <= Volatile.Read(ref _newestUrl) && _urls.TryGetValue(CacheKey.Of(url), out var times))
            found = found.With(times);
        found = WithPrefixes(found, url, born);
        if (born <= Volatile.Read(ref _newestTag) && entry is CachedResponse { Tags: var tags })
        {
            for (var i = 0; i < tags.Count; i++)
            {
                if (_tags.TryGetValue(tags[i], out times))
                    found = found.With(times);
            }
        }

        // What has been made room with meanwhile stands here before it is gone there.
        if (born <= found.Hard || born <= Volatile.Read(ref _allHard))
            return PurgeVerdict.Hard;
        var soft = Math.Max(found.Soft, Volatile.Read(ref _allSoft));
        if (born > soft)
            return PurgeVerdict.None;
        softSince = soft;
        return PurgeVerdict.Soft;
    }

    private PurgeTimes WithPrefixes(PurgeTimes found, ReadOnlySpan<byte> url, long born)
    {
        var (absolute, anyScheme, anyHost) = (Volatile.Read(ref _absolute), Volatile.Read(ref _anyScheme), Volatile.Read(ref _anyHost));
        if (born <= absolute.Newest)
            found = found.With(absolute.Find(url));
        if (born > anyScheme.Newest && born > anyHost.Newest)
            return found;
        var authority = url.IndexOf("://"u8);
        if (authority < 0)
            return found;
        var fromAuthority = url[(authority + 1)..];
        if (born <= anyScheme.Newest)
            found = found.With(anyScheme.Find(fromAuthority));
        var path = fromAuthority[2..].IndexOf((byte)'/');
        return path < 0 || born > anyHost.Newest ? found : found.With(anyHost.Find(fromAuthority[(path + 2)..]));
    }

    private void MakeRoom(long oldest)
    {
        Keep(oldest, _urlCount > _maxUrls, _tagCount + Prefixes > _maxTargets);
        if (_urlCount > _maxUrls)
            Sacrifice(Nth([.. _urls.Values], _maxUrls), urls: true);
        if (_tagCount + Prefixes > _maxTargets)
        {
            var all = new List<PurgeTimes>(_tags.Values);
            foreach (var table in (PrefixTable[])[_anyHost, _anyScheme, _absolute])
                all.AddRange(table.Members.Select(m => m.Times));
            Sacrifice(Nth(all, _maxTargets), urls: false);
        }
    }

    /// <summary>The time up to which they have to go so that seven eighths of the bound stay, or fewer where many have one time.</summary>
    private static long Nth(List<PurgeTimes> all, int max)
    {
        all.Sort(static (a, b) => a.Newest.CompareTo(b.Newest));
        return all[all.Count - (max - (max / 8)) - 1].Newest;
    }

    // The one time stands before the many are gone: at no moment does an entry escape.
    private void Sacrifice(long upTo, bool urls)
    {
        var gone = List().Where(i => i.Kind == PurgeKind.Url == urls && i.Kind != PurgeKind.All && i.Times.Newest <= upTo).ToList();
        Volatile.Write(ref _allHard, Math.Max(_allHard, gone.Max(i => i.Times.Hard)));
        Volatile.Write(ref _allSoft, Math.Max(_allSoft, gone.Max(i => i.Times.Soft)));
        Keep(upTo + 1, urls, !urls);
    }

    private void Keep(long from, bool alsoUrls, bool alsoTargets)
    {
        if (alsoUrls)
            _urlCount -= Drop(_urls, from);
        if (!alsoTargets)
            return;
        _tagCount -= Drop(_tags, from);
        Volatile.Write(ref _anyHost, _anyHost.Where(t => t.Newest >= from));
        Volatile.Write(ref _anyScheme, _anyScheme.Where(t => t.Newest >= from));
        Volatile.Write(ref _absolute, _absolute.Where(t => t.Newest >= from));
    }

    private static int Drop<TKey>(ConcurrentDictionary<TKey, PurgeTimes> from, long before)
        where TKey : notnull
    {
        var dropped = 0;
        foreach (var (key, times) in from)
            dropped += times.Newest < before && from.TryRemove(key, out _) ? 1 : 0;
        return dropped;
    }
}
