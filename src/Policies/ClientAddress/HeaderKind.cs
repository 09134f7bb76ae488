namespace Weir.Policies.ClientAddress;

/// <summary>How the header of a proxy is written.</summary>
internal enum HeaderKind
{
    /// <summary>None is read.</summary>
    None,

    /// <summary>Addresses, separated by commas: X-Forwarded-For.</summary>
    List,

    /// <summary>One address, set anew by the proxy: any other name. Whoever stands in it is the client, a listed address too.</summary>
    One,

    /// <summary>RFC 7239.</summary>
    Forwarded,
}
