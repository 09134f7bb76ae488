namespace Weir.Policies.Contracts;

/// <summary>Where a ban came from.</summary>
public enum BanOrigin
{
    /// <summary>A jail of this gateway.</summary>
    Jail,

    /// <summary>An operator, by command line or API, or an imported list.</summary>
    Operator,

    /// <summary>Another replica.</summary>
    Replica,
}
