namespace Weir.Policies.Caching.Rules;

/// <summary>Which parameters of a query belong to the key.</summary>
public enum QueryMode
{
    /// <summary>All, as RFC 9111 has it.</summary>
    All,

    /// <summary>Those that are named.</summary>
    Only,

    /// <summary>All but those that are named.</summary>
    Except,
}
