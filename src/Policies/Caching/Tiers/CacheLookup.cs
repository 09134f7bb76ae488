using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Keys;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Tiers;

/// <summary>Finds the stored answer that a request selects (RFC 9111 section 4.1).</summary>
internal sealed class CacheLookup(CacheTiers tiers, PurgeLedger purges)
{
    /// <summary>Longest text of a variant: the URL's, and its selecting values.</summary>
    private const int MaxVariantBytes = PrimaryKey.MaxBytes + VariantKey.UsualBytes;

    /// <summary>Looks into memory only; allocates nothing for a fresh answer.</summary>
    public Found InMemory(CacheKey key, ReadOnlySpan<byte> text, CachePolicy policy, IHeaderDictionary headers)
    {
        var entry = Sound(tiers.Find(key, text));
        if (entry is not VaryIndex index)
            return new(key, entry as CachedResponse, null);
        Span<byte> buffer = stackalloc byte[MaxVariantBytes];
        foreach (var rule in index.Rules)
        {
            if (!VariantKey.TryWrite(text, index.Generation, rule, new HeaderFields(headers), policy.Selecting, buffer, out var written))
                continue;
            var variant = CacheKey.Of(buffer[..written]);
            if (Sound(tiers.Find(variant, buffer[..written])) is CachedResponse response)
                return new(variant, response, index);
        }

        return new(key, null, index);
    }

    /// <summary>Looks into all tiers.</summary>
    public async ValueTask<Found> InAllAsync(CacheKey key, ReadOnlyMemory<byte> text, CachePolicy policy, IHeaderDictionary headers, CancellationToken cancel)
    {
        var entry = Sound(tiers.Find(key, text.Span) ?? await tiers.GetBehindAsync(key, text, policy.Semantics, cancel));
        if (entry is not VaryIndex index)
            return new(key, entry as CachedResponse, null);
        foreach (var rule in index.Rules)
        {
            if (VariantText(text.Span, index.Generation, rule, policy, headers) is not { } variantText)
                continue;
            var variant = CacheKey.Of(variantText);
            if (Sound(tiers.Find(variant, variantText) ?? await tiers.GetBehindAsync(variant, variantText, policy.Semantics, cancel)) is CachedResponse response)
                return new(variant, response, index);
        }

        return new(key, null, index);
    }

    /// <returns>Null when it is too long: such an answer is not stored.</returns>
    public static byte[]? VariantText(ReadOnlySpan<byte> primary, ulong generation, IReadOnlyList<string> rule, CachePolicy policy, IHeaderDictionary headers)
    {
        Span<byte> buffer = stackalloc byte[MaxVariantBytes];
        return VariantKey.TryWrite(primary, generation, rule, new HeaderFields(headers), policy.Selecting, buffer, out var written)
            ? buffer[..written].ToArray()
            : null;
    }

    private CacheEntry? Sound(CacheEntry? entry)
    {
        // An index says only where to look: what lies there is judged itself, by the same URL.
        if (entry is not CachedResponse response)
            return entry;
        return purges.Judge(entry, out var since) switch
        {
            PurgeVerdict.Hard => null,
            PurgeVerdict.Soft when response.SoftPurgedAt < since => response.StaleSince(since),
            _ => entry,
        };
    }
}
