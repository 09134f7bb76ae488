namespace Weir.Policies.Throttle.Counting;

/// <summary>
/// The number that a counter lies under: 52 bits of keyed hash over rule, client and page, and 12 bits that name the rule, so that
/// another replica's count finds its interval. Equal on all replicas with the same rules and the same secret.
/// </summary>
internal static class CounterKey
{
    /// <summary>Bits of the rule's tag.</summary>
    public const int TagBits = 12;

    /// <summary>Tags run from 1 to here.</summary>
    public const int MaxTag = (1 << TagBits) - 1;

    /// <param name="page">A further hash that the rule counts by; 0 for none.</param>
    public static ulong Of(HashSecret secret, int tag, ulong client, ulong page)
    {
        var hash = new KeyedHash(secret);
        hash.Add((ulong)tag);
        hash.Add(client);
        hash.Add(page);
        return (hash.Finish() << TagBits) | (uint)tag;
    }

    /// <summary>The rule that a key belongs to.</summary>
    public static int TagOf(ulong key) => (int)(key & MaxTag);
}
