namespace Weir.Policies.Caching;

/// <summary>What became of a request that waited for another's fetch.</summary>
internal enum Followed
{
    /// <summary>It has its answer.</summary>
    Answered,

    /// <summary>The answer was of another variant: it looks again.</summary>
    OtherVariant,

    /// <summary>The answer is nobody else's, or took too long: it goes to the origin by itself.</summary>
    Alone,
}
