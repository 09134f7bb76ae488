using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Explain;

namespace Weir.Policies.Tests.Throttle;

public sealed class ThrottleMiddlewareTests
{
    [Theory]
    [InlineData(429)]
    [InlineData(403)]
    [InlineData(503)]
    public async Task A_refusal_has_the_status_of_the_options_says_when_to_come_back_and_is_reported(int status)
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Status = status);
        Assert.Equal([200, 200, status, status], await StatusesAsync(server, 4));
        using var refused = await server.AskAsync("/other");
        Assert.Equal("10", refused.Headers.RetryAfter!.ToString());
        Assert.Equal($"{status} throttled_blocked\n", await refused.Content.ReadAsStringAsync());
        Assert.Equal(["192.0.2.1 Throttle throttled_page", "192.0.2.1 Throttle throttled_blocked", "192.0.2.1 Throttle throttled_blocked"], server.Offences.Seen);
        Assert.Equal(1, server.Measured["weir.throttle.refused reason=throttled_page dry_run=false"]);
        Assert.Equal(2, server.Measured["weir.throttle.refused reason=throttled_blocked dry_run=false"]);
        Assert.Equal(1, server.Measured["weir.throttle.blocks"]);
        server.Observe();
        Assert.InRange(server.Measured["weir.throttle.tracked"], 3, 4);
        Assert.Equal(0, server.Measured["weir.throttle.evicted"]);
        Assert.Equal(0, server.Measured["weir.throttle.deltas.dropped"]);
    }

    [Fact]
    public async Task A_dry_run_reports_and_refuses_nothing()
    {
        await using var server = await ThrottleServer.StartAsync(o => o.DryRun = true);
        Assert.All(await StatusesAsync(server, 5), s => Assert.Equal(200, s));
        Assert.Equal(1, server.Measured["weir.throttle.refused reason=throttled_page dry_run=true"]);
        Assert.Equal(2, server.Measured["weir.throttle.refused reason=throttled_blocked dry_run=true"]);
        Assert.Empty(server.Offences.Seen);
    }

    [Fact]
    public async Task A_rule_in_dry_run_leaves_the_others_in_force()
    {
        await using var server = await ThrottleServer.StartAsync(o =>
        {
            o.PageCount = 0;
            o.Rules = [new() { Name = "dry", RequestsPerSecond = 1, DryRun = true }, new() { Name = "wet", RequestsPerSecond = 3 }];
        });
        Assert.Equal([200, 200, 200, 429], await StatusesAsync(server, 4));
        Assert.Equal(2, server.Measured["weir.throttle.refused reason=throttled_rate dry_run=true"]);
        Assert.Equal(1, server.Measured["weir.throttle.refused reason=throttled_rate dry_run=false"]);
    }

    [Theory]
    [InlineData("trusted 192.0.2.1")]
    [InlineData("unix")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.5.5")]
    public async Task Trusted_proxies_peers_without_address_and_allowed_networks_are_never_throttled(string client)
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Allow = ["10.0.0.0/8", "172.16.*.*"]);
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (int)(await server.AskAsync(client: client)).StatusCode);
    }

    [Fact]
    public async Task Switched_off_it_counts_nothing()
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Enabled = false);
        Assert.All(await StatusesAsync(server, 10), s => Assert.Equal(200, s));
        Assert.Empty(server.Measured);
        Assert.Equal(0, server.Get<ICounterExchange>().Drain(new CounterDelta[8]));
    }

    [Fact]
    public async Task RateLimit_headers_are_sent_when_asked_for()
    {
        await using var server = await ThrottleServer.StartAsync(o =>
        {
            o.Headers = true;
            o.PageCount = 0;
            o.Rules = [new() { Name = "api", RequestsPerMinute = 60, Burst = 2 }];
        });
        using var first = await server.AskAsync();
        Assert.Equal("\"api\";q=2;w=2", first.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal("\"api\";r=1;t=1", first.Headers.GetValues("RateLimit").Single());
        await server.AskAsync();
        using var refused = await server.AskAsync();
        Assert.Equal("\"api\";r=0;t=1", refused.Headers.GetValues("RateLimit").Single());
        Assert.Equal("1", refused.Headers.RetryAfter!.ToString());
    }

    [Fact]
    public async Task Scopes_count_only_what_they_name()
    {
        await using var server = await ThrottleServer.StartAsync(o =>
        {
            (o.PageCount, o.SiteCount) = (0, 0);
            o.Rules =
            [
                new() { Name = "login", Scope = ThrottleScope.Path, Path = "/login", Methods = ["POST"], RequestsPerMinute = 1 },
                new() { Name = "php", Scope = ThrottleScope.Path, Path = "*.php", RequestsPerSecond = 1 },
                new() { Name = "host", Scope = ThrottleScope.Host, Host = "*.other.test", RequestsPerSecond = 1 },
                new() { Name = "route", Scope = ThrottleScope.Route, Route = "none", RequestsPerSecond = 1 },
            ];
        });
        Assert.Equal(new[] { 200, 429 }, new[] { await StatusAsync("/login", HttpMethod.Post), await StatusAsync("/LOGIN/", HttpMethod.Post) });
        Assert.Equal(new[] { 200, 200 }, new[] { await StatusAsync("/login", HttpMethod.Get), await StatusAsync("/loginx", HttpMethod.Post) });
        Assert.Equal(new[] { 200, 429 }, new[] { await StatusAsync("/a.php", HttpMethod.Get), await StatusAsync("/b/c.php", HttpMethod.Get) });

        async Task<int> StatusAsync(string path, HttpMethod method) => (int)(await server.AskAsync(path, method: method)).StatusCode;
    }

    [Fact]
    public async Task Concurrency_is_given_back_once_also_when_the_client_leaves_and_when_the_end_throws()
    {
        var gate = new TaskCompletionSource();
        var inside = 0;
        await using var server = await ThrottleServer.StartAsync(
            o =>
            {
                (o.PageCount, o.SiteCount) = (0, 0);
                o.Rules = [new() { Name = "two", ConcurrentRequests = 2 }];
            },
            async context =>
            {
                if (context.Request.Path == "/throw")
                    throw new InvalidOperationException("meant");
                if (context.Request.Path == "/quick")
                    return;
                Interlocked.Increment(ref inside);
                try
                {
                    await gate.Task.WaitAsync(context.RequestAborted);
                }
                finally
                {
                    Interlocked.Decrement(ref inside);
                }
            });
        for (var i = 0; i < 5; i++)
            Assert.Equal(500, (int)(await server.AskAsync("/throw")).StatusCode);
        using var leaving = new CancellationTokenSource();
        var left = server.Client.SendAsync(Request("/wait"), leaving.Token);
        var held = server.Client.SendAsync(Request("/wait"));
        await UntilAsync(() => Volatile.Read(ref inside) == 2);
        using var refused = await server.AskAsync("/quick");
        Assert.Equal("429 throttled_concurrency\n", await refused.Content.ReadAsStringAsync());
        Assert.Equal(200, (int)(await server.AskAsync("/quick", "192.0.2.2")).StatusCode);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await UntilAsync(() => Volatile.Read(ref inside) == 1);
        await UntilAsync(() => server.AskAsync("/quick").GetAwaiter().GetResult().StatusCode == HttpStatusCode.OK);
        gate.SetResult();
        await held;
        var probe = new ThrottleProbe(IPAddress.Parse("192.0.2.1"), (ulong)"192.0.2.1".GetHashCode(StringComparison.Ordinal), "GET", "h", "/");
        await UntilAsync(() => server.Get<ThrottleExplainer>().Explain(probe).Counters.Single(c => c.Kind == "concurrency").Count == 0);

        static HttpRequestMessage Request(string path)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("X-Client", "192.0.2.1");
            return request;
        }
    }

    [Fact]
    public async Task A_body_keeps_its_bandwidth_and_arrives_whole()
    {
        await using var server = await ThrottleServer.StartAsync(
            o =>
            {
                (o.PageCount, o.SiteCount) = (0, 0);
                o.Rules = [new() { Name = "slow", BytesPerSecond = 10_000, InitialBytes = 20_000 }];
            },
            async context =>
            {
                for (var i = 0; i < 6; i++)
                    await context.Response.Body.WriteAsync(new byte[10_000]);
            });
        using var answer = await server.AskAsync();
        var body = answer.Content.ReadAsByteArrayAsync();
        for (var second = 1; second <= 4; second++)
        {
            // Counted before it sleeps: the clock may go on once the timer is set.
            await UntilAsync(() => server.Clock.Waiting == 1);
            Assert.Equal(second, server.Measured["weir.throttle.bandwidth.waits"]);
            Assert.False(body.IsCompleted);
            server.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(60_000, (await body.WaitAsync(TimeSpan.FromSeconds(60))).Length);
    }

    [Fact]
    public async Task The_gate_bounds_open_and_new_connections_and_knows_who_has_gone()
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Connections = new() { PerAddress = 2, NewPerSecond = 4, NewBurst = 4 });
        var gate = server.Get<IConnectionGate>();
        var one = IPAddress.Parse("192.0.2.1");
        Assert.Equal([true, true, false], [Opens(1), Opens(1), Opens(1)]);
        Assert.Equal(GateAnswer.Counted, gate.Open(IPAddress.Parse("192.0.2.2"), 2, isDirect: false));
        gate.Closed(1);
        Assert.True(Opens(1));
        gate.Closed(1);
        Assert.False(Opens(1));
        Assert.Equal(1, server.Measured["weir.throttle.connections.refused reason=throttled_connections dry_run=false"]);
        Assert.Equal(1, server.Measured["weir.throttle.connections.refused reason=throttled_new_connections dry_run=false"]);
        Assert.Equal(["192.0.2.1 True Throttle throttled_connections", "192.0.2.1 True Throttle throttled_new_connections"], server.Offences.Seen);
        server.Clock.Advance(TimeSpan.FromSeconds(0.25));
        Assert.True(Opens(1));

        bool Opens(ulong key) => gate.Open(one, key, isDirect: true) == GateAnswer.Counted;
    }

    [Fact]
    public async Task In_a_dry_run_the_gate_only_reports()
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Connections = new() { PerAddress = 1, NewPerSecond = 1, DryRun = true });
        var gate = server.Get<IConnectionGate>();
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(GateAnswer.Counted, gate.Open(IPAddress.Loopback, 1, isDirect: true)));
        Assert.Equal(4, server.Measured["weir.throttle.connections.refused reason=throttled_connections dry_run=true"]);
        Assert.Equal(4, server.Measured["weir.throttle.connections.refused reason=throttled_new_connections dry_run=true"]);
    }

    [Fact]
    public async Task Replicas_tell_one_another_what_they_counted()
    {
        static void Configure(ThrottleOptions o) => (o.PageCount, o.SharedSecret, o.BlockingPeriod) = (10, "secret", TimeSpan.Zero);
        await using var here = await ThrottleServer.StartAsync(Configure);
        await using var there = await ThrottleServer.StartAsync(Configure);
        var deltas = new CounterDelta[16];
        Assert.Equal(0, here.Get<ICounterExchange>().Drain(deltas));
        there.Get<ICounterExchange>().Drain(deltas);
        here.Client.DefaultRequestHeaders.Host = there.Client.DefaultRequestHeaders.Host = "site.test";
        await StatusesAsync(here, 8);
        var count = here.Get<ICounterExchange>().Drain(deltas);
        Assert.Equal([8u, 8u], deltas[..count].Select(d => d.Hits));
        there.Get<ICounterExchange>().Merge(deltas.AsSpan(0, count));
        Assert.Equal([200, 200, 429], await StatusesAsync(there, 3));
        Assert.Equal(0, here.Get<ICounterExchange>().Drain(deltas));
        var told = there.Get<ICounterExchange>().Drain(deltas);
        Assert.Equal([3u, 3u], deltas[..told].Select(d => d.Hits));
    }

    [Fact]
    public void Past_their_bound_the_earliest_deltas_stay_and_the_rest_is_counted_as_dropped()
    {
        var pending = new PendingDeltas();
        pending.Drain([]);
        for (var key = 1UL; key <= 200_000; key++)
            pending.Add(key, 1);
        pending.Add(1, 4);
        var into = new CounterDelta[1000];
        var told = new Dictionary<ulong, uint>();
        while (pending.Drain(into) is > 0 and var count)
        {
            foreach (var delta in into[..count])
                told.Add(delta.Counter, delta.Hits);
        }

        Assert.Equal(5u, told[1]);
        Assert.InRange(told.Count, 60_000, 65_536);
        Assert.Equal(200_000 - told.Count, pending.Dropped);
    }

    private static async Task<List<int>> StatusesAsync(ThrottleServer server, int count)
    {
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
            statuses.Add((int)(await server.AskAsync()).StatusCode);
        return statuses;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(5, limit.Token);
    }
}
