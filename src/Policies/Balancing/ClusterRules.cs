namespace Weir.Policies.Balancing;

/// <summary>The settings that hold for one cluster, overrides applied.</summary>
internal sealed record ClusterRules(double HashLoadFactor, double PanicThreshold, StickyWhenFull StickyWhenFull);
