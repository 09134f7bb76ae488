using System.Net;
using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Imports;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Tests.Throttle;

/// <summary>Rules with a clock of the test's own, without a server.</summary>
internal sealed class Judged(ThrottleOptions options, IpRateLimits? limits = null)
{
    private long _now = 1;

    public ThrottleRules Rules { get; } = new(options, limits);

    public ThrottleJudge Judge { get; } = new(new ThrottleCounters(options.MaxCounters, HashSecret.Of("test")));

    public long Now => _now;

    public void Wait(double seconds) => _now += (long)(seconds * TimeSpan.TicksPerSecond);

    public Verdict Ask(string path = "/", string client = "192.0.2.1", string method = "GET", string host = "site.test", string query = "", string? route = null)
    {
        var address = IPAddress.Parse(client);
        return Judge.Judge(Rules, new ThrottleRequest((ulong)(uint)address.GetHashCode(), address, method, host, path, query, route), _now);
    }

    /// <summary>The number of the first request that is refused, and why; 0 when none of so many is.</summary>
    public (int Number, string? Reason) FirstRefusal(int most, Func<int, string> path, double pause = 0)
    {
        for (var n = 1; n <= most; n++)
        {
            if (Ask(path(n)) is { Reason: { } reason })
                return (n, reason);
            Wait(pause);
        }

        return (0, null);
    }
}
