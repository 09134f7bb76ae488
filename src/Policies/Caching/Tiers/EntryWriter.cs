using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Tiers;

/// <summary>Stores an answer where a request that selects it will look, and keeps the index of a URL whose answers vary.</summary>
internal sealed class EntryWriter(CacheTiers tiers, TimeProvider clock)
{
    private const int Stripes = 64;

    private readonly Lock[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];

    /// <summary>Stores a new answer.</summary>
    /// <param name="entry">Its key text is not looked at.</param>
    /// <param name="primary">Of the URL.</param>
    /// <param name="text">Its text.</param>
    /// <param name="known">The index that was found when the request came; the one in memory counts when it is newer.</param>
    /// <param name="rule">What the answer varies by; empty for nothing.</param>
    /// <param name="headers">The request's head, by which it was chosen.</param>
    /// <returns>False when it cannot be stored.</returns>
    public bool Store(
        CachedResponse entry, CacheKey primary, ReadOnlyMemory<byte> text, VaryIndex? known, IReadOnlyList<string> rule, CachePolicy policy, IHeaderDictionary headers)
    {
        var keepFor = Storability.KeepFor(entry, Now, policy.Semantics);
        lock (_stripes[(int)((uint)primary.GetHashCode() % Stripes)])
        {
            var index = tiers.Find(primary, text.Span) as VaryIndex ?? known;
            if (rule.Count == 0 && index is null)
                return tiers.Set(primary, entry.At(text), keepFor);
            var generation = index?.Generation ?? NewGeneration();
            if (CacheLookup.VariantText(text.Span, generation, rule, policy, headers) is not { } variantText)
                return false;
            var variant = CacheKey.Of(variantText);
            var next = With(index, text, generation, rule, variant, policy.Options.MaxVariants, out var displaced);
            if (next is not null)
                tiers.Set(primary, next, CacheTiers.MaxKeep);
            foreach (var old in displaced)
                _ = tiers.RemoveAsync(old, CancellationToken.None).AsTask();
            return tiers.Set(variant, entry.At(variantText), keepFor);
        }
    }

    /// <summary>Stores the newer form of an answer in its place.</summary>
    public bool Update(CacheKey key, CachedResponse entry, CachePolicy policy) => tiers.Set(key, entry, Storability.KeepFor(entry, Now, policy.Semantics));

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>Null when the index says it all already.</returns>
    private VaryIndex? With(
        VaryIndex? index, ReadOnlyMemory<byte> text, ulong generation, IReadOnlyList<string> rule, CacheKey variant, int maxVariants, out List<CacheKey> displaced)
    {
        displaced = [];
        var rules = index?.Rules ?? [];
        var variants = index?.Variants ?? [];
        if (rules.Count > 0 && rules[0].SequenceEqual(rule, StringComparer.Ordinal) && variants.Contains(variant))
            return null;
        var kept = variants.Where(v => v != variant).Append(variant).ToList();
        while (kept.Count > maxVariants)
        {
            displaced.Add(kept[0]);
            kept.RemoveAt(0);
        }

        return new VaryIndex
        {
            KeyText = text,
            StoredAt = Now,
            Generation = generation,
            Rules = [rule, .. rules.Where(r => !r.SequenceEqual(rule, StringComparer.Ordinal)).Take(VaryIndex.MaxRules - 1)],
            Variants = kept,
        };
    }

    /// <summary>Random and not 0.</summary>
    private static ulong NewGeneration() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
}
