namespace Weir.Policies.Caching.Rules;

/// <summary>What becomes of a Range on a miss.</summary>
public enum RangeMode
{
    /// <summary>It goes to the server, and the part is stored.</summary>
    Pass,

    /// <summary>The whole is fetched.</summary>
    Whole,
}
