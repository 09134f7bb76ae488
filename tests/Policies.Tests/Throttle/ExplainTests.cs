using System.Net;
using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Explain;

namespace Weir.Policies.Tests.Throttle;

public sealed class ExplainTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_counter_that_a_request_touches_is_named()
    {
        var options = new ThrottleOptions
        {
            Rules = [new() { Name = "api", Scope = ThrottleScope.Path, Path = "/api", RequestsPerSecond = 5, ConcurrentRequests = 3, BytesPerSecond = 2048, DryRun = true }],
        };
        var found = ThrottleExplainer.Explain(options, null, Probe("/api/x"));
        Assert.False(found.IsOn);
        Assert.Null(found.Exemption);
        Assert.Equal(
            [
                new("block", "block", "client", 0, TimeSpan.FromSeconds(10), 0, false),
                new("page", "window", "client, page", 2, TimeSpan.FromSeconds(1), 0, false),
                new("site", "window", "client, host", 50, TimeSpan.FromSeconds(1), 0, false),
                new("api", "bucket", "client", 5, TimeSpan.FromSeconds(1), 0, true),
                new("api", "concurrency", "client", 3, TimeSpan.Zero, 0, true),
                new("api", "bandwidth", "response", 2048, TimeSpan.FromSeconds(1), 0, true),
            ],
            found.Counters);
        Assert.Equal(("static", 1), (ThrottleExplainer.Explain(options, null, Probe("/x.css")).Exemption, ThrottleExplainer.Explain(options, null, Probe("/x.css")).Counters.Count));
        options.Allow = ["192.0.2.0/24"];
        Assert.Equal("allow", ThrottleExplainer.Explain(options, null, Probe("/")).Exemption);
    }

    [Fact]
    public async Task A_running_gateway_tells_where_its_counters_stand()
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Rules = [new() { Name = "r", RequestsPerSecond = 10 }]);
        await server.AskAsync("/a");
        await server.AskAsync("/a");
        var key = (ulong)"192.0.2.1".GetHashCode(StringComparison.Ordinal);
        var found = server.Get<ThrottleExplainer>().Explain(new(IPAddress.Parse("192.0.2.1"), key, "GET", server.Client.BaseAddress!.Authority, "/a"));
        Assert.True(found.IsOn);
        Assert.Equal([("block", 0L), ("page", 2L), ("site", 2L), ("r", 2L)], found.Counters.Select(c => (c.Rule, c.Count)));
    }

    [Fact]
    public void A_log_is_judged_by_its_own_time()
    {
        var replay = new ThrottleReplay(new ThrottleOptions());
        var reasons = new List<string?>();
        foreach (var seconds in new[] { 0, 0.1, 0.2, 5, 14, 25, 26, 27, 28 })
            reasons.Add(replay.Feed(Noon.AddSeconds(seconds), Probe("/")));
        Assert.Equal([null, null, "throttled_page", "throttled_blocked", "throttled_blocked", null, null, null, null], reasons);
        Assert.Equal((9, 3, 0), (replay.Requests, replay.Refused, replay.OutOfOrder));
        Assert.Equal(new ReplayedClient(IPAddress.Parse("192.0.2.1"), 3, Noon.AddSeconds(0.2), "throttled_page", "/"), Assert.Single(replay.Clients));
        replay.Feed(Noon, Probe("/other"));
        Assert.Equal(1, replay.OutOfOrder);
    }

    private static ThrottleProbe Probe(string path) => new(IPAddress.Parse("192.0.2.1"), 1, "GET", "site.test", path);
}
