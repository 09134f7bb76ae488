namespace Weir.Policies.Caching.Entries;

/// <summary>
/// Stands under the primary key of a URL whose answers vary. A variant's key text is the primary text, this generation and the
/// normalised values of the fields of one rule. Dropping the index, or writing another generation, drops all variants at once.
/// </summary>
internal sealed class VaryIndex : CacheEntry
{
    /// <summary>Different Vary rules of one URL that are remembered; the newest come first.</summary>
    public const int MaxRules = 4;

    /// <summary>Random, not 0.</summary>
    public required ulong Generation { get; init; }

    /// <summary>Each a sorted list of lower-case field names without repeats (or <c>accept=image</c>, see VaryRule); an empty list stands for answers without Vary.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Rules { get; init; }

    /// <summary>Keys of the variants that may be there, oldest first; bounded by the policy's MaxVariants.</summary>
    public required IReadOnlyList<CacheKey> Variants { get; init; }

    /// <inheritdoc />
    public override long MemoryBytes => 200 + KeyText.Length + (16L * Variants.Count) + Rules.Sum(r => 32 + r.Sum(n => 24 + (2L * n.Length)));
}
