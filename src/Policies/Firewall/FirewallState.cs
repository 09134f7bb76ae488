namespace Weir.Policies.Firewall;

/// <summary>How it stands between the gateway and the kernel.</summary>
public enum FirewallState
{
    /// <summary>Not enabled.</summary>
    Off,

    /// <summary>The enforcer does not answer, or the kernel refuses. Bans hold at the gateway only.</summary>
    Away,

    /// <summary>The kernel drops what the gateway has banned.</summary>
    Active,
}
