using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle;

/// <summary>The rules of an instant and the counters that they count in.</summary>
internal sealed record ActiveThrottle(ThrottleRules Rules, ThrottleJudge Judge);
