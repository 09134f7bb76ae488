namespace Weir.Policies.Caching.Entries;

/// <summary>The heads of format version 1: what stands in which order. A change here is a new version.</summary>
internal static class EntryHead
{
    private const byte MustRevalidate = 1;
    private const byte NoCache = 2;
    private const byte HasRange = 4;
    private const byte HasComplete = 8;
    public const int MaxLines = 16 * 1024;

    public static void Write(ref EntryHeadWriter to, CachedResponse entry)
    {
        to.Bytes(entry.KeyText.Span);
        to.Int64(entry.StoredAt);
        to.Int64(entry.RequestedAt);
        to.Int64(entry.ReceivedAt);
        to.Int64(entry.InitialAge);
        to.Int64(entry.FreshFor);
        to.Int64(entry.StaleWhileRevalidate);
        to.Int64(entry.StaleIfError);
        to.Int64(entry.SoftPurgedAt);
        to.Int16(entry.Status);
        to.Byte((byte)((entry.MustRevalidate ? MustRevalidate : 0) | (entry.NoCache ? NoCache : 0)
            | (entry.Range is null ? 0 : HasRange) | (entry.Range?.Complete is null ? 0 : HasComplete)));
        if (entry.Range is { } range)
        {
            to.Int64(range.First);
            to.Int64(range.Last);
            if (range.Complete is { } complete)
                to.Int64(complete);
        }

        to.Count((uint)entry.Fields.Count);
        for (var i = 0; i < entry.Fields.Count; i++)
        {
            to.Text(entry.Fields[i].Name);
            to.Text(entry.Fields[i].Value);
        }

        Write(ref to, entry.Tags);
    }

    public static void Write(ref EntryHeadWriter to, VaryIndex entry)
    {
        to.Bytes(entry.KeyText.Span);
        to.Int64(entry.StoredAt);
        to.Int64((long)entry.Generation);
        to.Count((uint)entry.Rules.Count);
        foreach (var rule in entry.Rules)
            Write(ref to, rule);
        to.Count((uint)entry.Variants.Count);
        foreach (var variant in entry.Variants)
            to.Hash(variant.Hash);
    }

    /// <summary>Reads what stands behind the key text.</summary>
    /// <returns>Null when it is not sound.</returns>
    public static CachedResponse? ReadResponse(ref EntryHeadReader from, ReadOnlyMemory<byte> keyText, CachedBody body)
    {
        var (stored, requested, received, age) = (from.Time(), from.Time(), from.Time(), from.Time());
        var (fresh, whileRevalidating, ifError, softPurged) = (from.Time(), from.Time(), from.Time(), from.Time());
        var (status, flags) = (from.Int16(), from.Byte());
        ByteRange? range = null;
        if ((flags & HasRange) != 0)
        {
            var (first, last) = (from.Time(), from.Time());
            long? complete = (flags & HasComplete) != 0 ? from.Time() : null;
            if (last < first || complete <= last)
                return null;
            range = new ByteRange(first, last, complete);
        }

        var fields = new FieldLine[Bounded(ref from)];
        for (var i = 0; i < fields.Length && from.IsSound; i++)
            fields[i] = new FieldLine(from.Name(), from.Text());
        var tags = Texts(ref from);
        if (!from.IsDone || status is < 200 or > 999 || flags > 15 || (flags & (HasRange | HasComplete)) == HasComplete)
            return null;
        return new CachedResponse
        {
            KeyText = keyText,
            StoredAt = stored,
            RequestedAt = requested,
            ReceivedAt = received,
            InitialAge = age,
            FreshFor = fresh,
            StaleWhileRevalidate = whileRevalidating,
            StaleIfError = ifError,
            SoftPurgedAt = softPurged,
            Status = status,
            MustRevalidate = (flags & MustRevalidate) != 0,
            NoCache = (flags & NoCache) != 0,
            Range = range,
            Fields = fields,
            Tags = tags,
            Body = body,
        };
    }

    /// <inheritdoc cref="ReadResponse" />
    public static VaryIndex? ReadVaryIndex(ref EntryHeadReader from, ReadOnlyMemory<byte> keyText)
    {
        var (stored, generation) = (from.Time(), (ulong)from.Int64());
        var count = from.Count(1);
        if (generation == 0 || count > VaryIndex.MaxRules)
            return null;
        var rules = new IReadOnlyList<string>[count];
        for (var i = 0; i < count; i++)
            rules[i] = Texts(ref from);
        var variants = new CacheKey[from.Count(16)];
        for (var i = 0; i < variants.Length; i++)
            variants[i] = new CacheKey(from.Hash());
        return from.IsDone
            ? new VaryIndex { KeyText = keyText, StoredAt = stored, Generation = generation, Rules = rules, Variants = variants }
            : null;
    }

    private static void Write(ref EntryHeadWriter to, IReadOnlyList<string> texts)
    {
        to.Count((uint)texts.Count);
        for (var i = 0; i < texts.Count; i++)
            to.Text(texts[i]);
    }

    private static string[] Texts(ref EntryHeadReader from)
    {
        var count = from.Count(1);
        if (count > MaxLines)
            count = from.Wrong();
        if (count == 0)
            return [];
        var texts = new string[count];
        for (var i = 0; i < count && from.IsSound; i++)
            texts[i] = from.Name();
        return texts;
    }

    private static int Bounded(ref EntryHeadReader from) => from.Count(2) is <= MaxLines and var count ? count : from.Wrong();
}
