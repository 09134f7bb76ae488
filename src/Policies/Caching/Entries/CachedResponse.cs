namespace Weir.Policies.Caching.Entries;

/// <summary>
/// A stored answer. All times are milliseconds: points since 1970 UTC, spans non-negative. What the freshness rules found is kept
/// beside the fields, so that a hit parses nothing.
/// </summary>
internal sealed class CachedResponse : CacheEntry
{
    /// <summary>Objects of an entry besides its texts and body: measured, see the conformance suite of the stores.</summary>
    private const int Overhead = 300;

    private const int PerLine = 16;

    /// <summary>A final status, 200 to 999.</summary>
    public required int Status { get; init; }

    /// <summary>The head as received, hop-by-hop fields and those of no-cache="..." and private="..." left out; no Age.</summary>
    public required IReadOnlyList<FieldLine> Fields { get; init; }

    public required CachedBody Body { get; init; }

    /// <summary>When the request that brought it was sent.</summary>
    public required long RequestedAt { get; init; }

    /// <summary>When its head came.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>Its age when it came, by RFC 9111 section 4.2.3 (corrected_initial_age).</summary>
    public required long InitialAge { get; init; }

    /// <summary>How long it is fresh, counted from age 0; 0 for one that is validated on every use.</summary>
    public required long FreshFor { get; init; }

    /// <summary>How long past that it may be served while it is being refreshed (stale-while-revalidate).</summary>
    public long StaleWhileRevalidate { get; init; }

    /// <summary>How long past that it may be served when the origin fails (stale-if-error, or the default where nothing forbids it).</summary>
    public long StaleIfError { get; init; }

    /// <summary>must-revalidate, proxy-revalidate, s-maxage or no-cache: never served stale on its own (RFC 9111 section 4.2.4).</summary>
    public bool MustRevalidate { get; init; }

    /// <summary>no-cache without fields: validated on every use.</summary>
    public bool NoCache { get; init; }

    /// <summary>Null, or the part of the whole that a stored 206 holds.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>Surrogate keys and cache tags, for purges.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Time since which a soft purge has made it stale; 0 for never.</summary>
    public long SoftPurgedAt { get; init; }

    /// <inheritdoc />
    public override long MemoryBytes =>
        Overhead + KeyText.Length + Body.MemoryBytes + Fields.Sum(f => PerLine + (2L * f.Value.Length)) + Tags.Sum(t => PerLine + (2L * t.Length));

    /// <summary>Its age at that time.</summary>
    public long AgeAt(long now) => InitialAge + Math.Max(0, now - ReceivedAt);

    /// <summary>Others may have it without asking the origin: it says for how long, or that it may be stale.</summary>
    public bool IsReusable => !NoCache && (FreshFor > InitialAge || StaleWhileRevalidate > 0);

    /// <summary>The same answer, softly purged.</summary>
    public CachedResponse StaleSince(long at) => Copy(KeyText, Body, at);

    /// <summary>The same head with another body.</summary>
    public CachedResponse With(CachedBody body) => Copy(KeyText, body, SoftPurgedAt);

    /// <summary>The same answer under another key text.</summary>
    public CachedResponse At(ReadOnlyMemory<byte> keyText) => Copy(keyText, Body, SoftPurgedAt);

    private CachedResponse Copy(ReadOnlyMemory<byte> keyText, CachedBody body, long softPurgedAt) => new()
    {
        KeyText = keyText,
        StoredAt = StoredAt,
        Status = Status,
        Fields = Fields,
        Body = body,
        RequestedAt = RequestedAt,
        ReceivedAt = ReceivedAt,
        InitialAge = InitialAge,
        FreshFor = FreshFor,
        StaleWhileRevalidate = StaleWhileRevalidate,
        StaleIfError = StaleIfError,
        MustRevalidate = MustRevalidate,
        NoCache = NoCache,
        Range = Range,
        Tags = Tags,
        SoftPurgedAt = softPurgedAt,
    };
}
