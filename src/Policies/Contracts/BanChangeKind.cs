namespace Weir.Policies.Contracts;

/// <summary>What happened to a ban.</summary>
public enum BanChangeKind
{
    /// <summary>New, or its end moved.</summary>
    Added,

    /// <summary>Lifted before its end, by an operator or another replica.</summary>
    Removed,

    /// <summary>Its time is over, or it gave way to a newer one in a full list.</summary>
    Expired,
}
