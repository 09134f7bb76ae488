namespace Weir.Policies.Throttle.Judging;

/// <summary>Why a request is refused: reason of the answer and tag of the metric.</summary>
internal static class ThrottleReason
{
    public const string Page = "throttled_page";
    public const string Site = "throttled_site";
    public const string Blocked = "throttled_blocked";
    public const string Rate = "throttled_rate";
    public const string Quota = "throttled_quota";
    public const string Concurrency = "throttled_concurrency";
    public const string Connections = "throttled_connections";
    public const string NewConnections = "throttled_new_connections";
}
