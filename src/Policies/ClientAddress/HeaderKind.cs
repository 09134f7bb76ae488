namespace Weir.Policies.ClientAddress;

/// <summary>How the header of a proxy is written.</summary>
internal enum HeaderKind
{
    /// <summary>None is read.</summary>
    None,

    /// <summary>Addresses, separated by commas: X-Forwarded-For, and any header of one address.</summary>
    List,

    /// <summary>RFC 7239.</summary>
    Forwarded,
}
