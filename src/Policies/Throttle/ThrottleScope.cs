namespace Weir.Policies.Throttle;

/// <summary>Which requests a rule counts.</summary>
public enum ThrottleScope
{
    /// <summary>All.</summary>
    Global,

    /// <summary>Those of a Host.</summary>
    Host,

    /// <summary>Those of a route.</summary>
    Route,

    /// <summary>Those of a path.</summary>
    Path,
}
