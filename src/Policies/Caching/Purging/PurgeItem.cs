using System.Globalization;
using System.Text;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Purging;

/// <summary>One target as the ledger keeps it.</summary>
/// <param name="Kind">What the target is.</param>
/// <param name="Text">The target; of a URL the 32 digits of its hash, which is all that is kept.</param>
/// <param name="Times">When.</param>
internal readonly record struct PurgeItem(PurgeKind Kind, string Text, PurgeTimes Times)
{
    public static PurgeItem Of(in Purge purge) => new(
        purge.Kind,
        purge.Kind == PurgeKind.Url ? CacheKey.Of(Encoding.UTF8.GetBytes(purge.Target)).ToString() : purge.Target,
        PurgeTimes.At(purge.At, purge.IsSoft));

    /// <summary>The hash of a URL's text.</summary>
    public static bool TryKey(ReadOnlySpan<char> text, out CacheKey key)
    {
        key = default;
        if (text.Length != 32 || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash))
            return false;
        key = new CacheKey(hash);
        return true;
    }
}
