namespace Weir.Policies.Throttle;

/// <summary>What makes a site.</summary>
public enum SiteKeyKind
{
    /// <summary>A Host: each is counted apart.</summary>
    Host,

    /// <summary>The gateway: all hosts together, as mod_evasive.</summary>
    Gateway,
}
