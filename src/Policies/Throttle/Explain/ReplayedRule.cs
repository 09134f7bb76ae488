namespace Weir.Policies.Throttle.Explain;

/// <summary>What one rule would have refused over a log.</summary>
/// <param name="Rule">As in <see cref="ThrottleCounter.Rule"/>.</param>
/// <param name="Reason">As the reason in an answer.</param>
/// <param name="Refused">Requests.</param>
/// <param name="IsDryRun">It only reports: the requests would have passed.</param>
public sealed record ReplayedRule(string Rule, string Reason, long Refused, bool IsDryRun);
