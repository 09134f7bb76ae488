using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Rules;

namespace Weir.Policies.Caching.Keys;

/// <summary><see cref="Marks"/> by this process's clock.</summary>
internal sealed class MarkClock(CurrentCachingRules rules, TimeProvider clock)
{
    /// <summary>A URL that was not asked for during so many seconds is counted anew (MinUses).</summary>
    public const int UsesSeconds = 3600;

    /// <summary>How long it is remembered that a client brought conditions for something that is not stored, in seconds.</summary>
    private const int ConditionalSeconds = 60;

    private readonly Marks _marks = new(rules.Now.Options.Marks);
    private readonly long _began = clock.GetTimestamp();

    public bool IsUncacheable(CacheKey key) => _marks.Has(key, Mark.Uncacheable, Now);

    public void Uncacheable(CacheKey key, long seconds)
    {
        if (seconds > 0)
            _marks.Set(key, Mark.Uncacheable, Now + seconds);
    }

    public void Cacheable(CacheKey key) => _marks.Clear(key, Mark.Uncacheable);

    public bool WasConditional(CacheKey key) => _marks.Has(key, Mark.Conditional, Now);

    public void Conditional(CacheKey key) => _marks.Set(key, Mark.Conditional, Now + ConditionalSeconds);

    public int Use(CacheKey key) => _marks.Count(key, Now, UsesSeconds);

    // From 1, so that an empty place is past.
    private long Now => 1 + (long)clock.GetElapsedTime(_began).TotalSeconds;
}
