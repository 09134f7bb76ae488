using System.Collections.Frozen;

namespace Weir.Policies.Caching.Semantics;

/// <summary>What an operator may choose of the rules. The defaults are those of RFC 9111 and of docs/caching.md.</summary>
internal sealed record SemanticRules
{
    public const long HourMillis = 3_600_000;

    public static SemanticRules Default { get; } = new();

    /// <summary>Fields with a Cache-Control for us, the weightiest first.</summary>
    public IReadOnlyList<string> TargetedFields { get; init; } = [TargetedCacheControl.CdnCacheControl];

    /// <summary>Part of the time since Last-Modified for which an answer without explicit freshness is fresh, 0 to 100; 0 never estimates.</summary>
    public int HeuristicPercent { get; init; } = 10;

    /// <summary>The longest estimate, ms.</summary>
    public long HeuristicMax { get; init; } = 24 * HourMillis;

    /// <summary>How long past its freshness an answer is served when the origin cannot be reached, ms, where nothing forbids it; 0 for never.</summary>
    public long StaleOnFailure { get; init; } = HourMillis;

    /// <summary>How long after that an entry with validators is kept, ms.</summary>
    public long KeepForValidation { get; init; } = 24 * HourMillis;

    /// <summary>Cache-Control and Pragma of requests count. Off, a client cannot force anything.</summary>
    public bool HonourRequests { get; init; }

    /// <summary>Answers with Set-Cookie are not stored, whatever else they say.</summary>
    public bool RefuseSetCookie { get; init; }

    /// <summary>An answer to POST that says it is what a GET of the same URL brings may be stored as that.</summary>
    public bool StorePost { get; init; } = true;

    /// <summary>Freshness by status, ms, for answers that do not say: in place of an estimate.</summary>
    public FrozenDictionary<int, long> StatusFreshness { get; init; } = FrozenDictionary<int, long>.Empty;

    /// <summary><see cref="StatusFreshness"/> also goes before what the origin says of freshness; never before no-store, no-cache or private.</summary>
    public bool StatusFreshnessWins { get; init; }

    /// <summary>Codings of bodies that this gateway or its origins make, in the order in which a key names them.</summary>
    public IReadOnlyList<string> Codings { get; init; } = ["zstd", "br", "gzip"];

    /// <summary>Image formats among which origins choose by Accept; empty: Accept of images is like any other field.</summary>
    public IReadOnlyList<string> ImageFormats { get; init; } = ["image/avif", "image/webp"];
}
