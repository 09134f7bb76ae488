using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>What the rules found about an answer as its head came: whether it may be stored, and with what.</summary>
internal sealed class JudgedAnswer
{
    private readonly int status;
    private readonly IReadOnlyList<FieldLine> fields;
    private readonly long requestedAt;
    private readonly long receivedAt;

    internal JudgedAnswer(int status, IReadOnlyList<FieldLine> fields, long requestedAt, long receivedAt)
    {
        this.status = status;
        this.fields = fields;
        this.requestedAt = requestedAt;
        this.receivedAt = receivedAt;
    }

    public required StorageReason Reason { get; init; }

    public bool Stored => Reason == StorageReason.Stored;

    public required Freshness Freshness { get; init; }

    /// <summary>Directives in force.</summary>
    public required ResponseControl Control { get; init; }

    /// <summary>A rule for <see cref="VaryIndex.Rules"/>.</summary>
    public IReadOnlyList<string> Vary { get; init; } = [];

    /// <summary>The part that a 206 says it is.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>False for a 206 whose body is longer or shorter than it says: it is not stored.</summary>
    public bool Fits(long bodyBytes) => Range is not { } range || bodyBytes == range.Last - range.First + 1;

    /// <summary>The entry, also where it may not be stored: a 304 may have made a stored answer such a one, and it still goes to one client.</summary>
    public CachedResponse ToEntry(ReadOnlyMemory<byte> keyText, CachedBody body, long storedAt, IReadOnlyList<string> tags) => new()
    {
        KeyText = keyText,
        StoredAt = storedAt,
        Status = status,
        Fields = StoredFields.Of(fields, Control.Control),
        Body = body,
        RequestedAt = requestedAt,
        ReceivedAt = receivedAt,
        InitialAge = Freshness.InitialAge,
        FreshFor = Freshness.FreshFor,
        StaleWhileRevalidate = Freshness.StaleWhileRevalidate,
        StaleIfError = Freshness.StaleIfError,
        MustRevalidate = Freshness.MustRevalidate,
        NoCache = Freshness.NoCache,
        Range = Range,
        Tags = tags,
    };
}
