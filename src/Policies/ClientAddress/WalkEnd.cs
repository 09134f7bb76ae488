namespace Weir.Policies.ClientAddress;

/// <summary>Why a walk through a proxy's header ended.</summary>
internal enum WalkEnd
{
    /// <summary>At an address that is no trusted proxy: the client.</summary>
    Client,

    /// <summary>With the header: every address in it is a trusted proxy's.</summary>
    Proxies,

    /// <summary>At once: no header, or nothing in it.</summary>
    Missing,

    /// <summary>At something that is no address.</summary>
    Unreadable,

    /// <summary>After as many addresses as may be looked at.</summary>
    Hops,
}
