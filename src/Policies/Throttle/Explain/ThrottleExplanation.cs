namespace Weir.Policies.Throttle.Explain;

/// <summary>What the throttle would do with a request.</summary>
/// <param name="IsOn">False: the throttle is off, and the rest is what it would do.</param>
/// <param name="Exemption">Why it is not counted, or not fully: <c>allow</c>, <c>static</c> (neither page nor site) or <c>imported</c> (no quota); null for no reason.</param>
/// <param name="Counters">In the order in which they are asked.</param>
public sealed record ThrottleExplanation(bool IsOn, string? Exemption, IReadOnlyList<ThrottleCounter> Counters);
