namespace Weir.Policies.Throttle.Explain;

/// <summary>A counter that a request touches.</summary>
/// <param name="Rule"><c>page</c>, <c>site</c>, <c>block</c>, the name of a rule, or endpoint and period of an imported one.</param>
/// <param name="Kind"><c>window</c>, <c>gap</c>, <c>bucket</c>, <c>concurrency</c>, <c>bandwidth</c> or <c>block</c>.</param>
/// <param name="CountedBy"><c>client</c>, <c>client, page</c>, <c>client, host</c> or <c>client, endpoint</c>.</param>
/// <param name="Limit">What passes; of bandwidth bytes per second.</param>
/// <param name="Interval">Of a bucket the time in which it fills; zero where there is none.</param>
/// <param name="Count">Used now; of a bucket the tokens that are missing. 0 for bandwidth.</param>
/// <param name="IsDryRun">It only reports.</param>
public sealed record ThrottleCounter(string Rule, string Kind, string CountedBy, long Limit, TimeSpan Interval, long Count, bool IsDryRun);
