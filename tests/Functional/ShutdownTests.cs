using System.Diagnostics;
using System.Net;
using Weir.Support;

namespace Weir.Functional;

public sealed class ShutdownTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task SIGTERM_under_load_says_not_ready_first_then_finishes_every_request_and_exits_with_0()
    {
        await using var upstream = await SlowUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "--Weir:Shutdown:DrainDelay=00:00:08");
        using var http = Client();
        using var notReady = new CancellationTokenSource();
        var sent = 0;
        var closes = 0;
        // Clients as behind a load balancer: they keep their connections, and turn away once the probe says not ready.
        var clients = Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            using var own = Client();
            while (!notReady.IsCancellationRequested)
            {
                Interlocked.Increment(ref sent);
                using var answer = await own.GetAsync(gateway.Url + "/?ms=20");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal("slept 20", await answer.Content.ReadAsStringAsync());
                if (answer.Headers.ConnectionClose == true)
                    Interlocked.Increment(ref closes);
            }
        })).ToArray();
        // Longer than the drain delay: in flight while the listener closes.
        var slow = Enumerable.Range(0, 8).Select(_ => http.GetStringAsync(gateway.Url + "/held")).ToArray();
        await upstream.HoldsAsync(8);

        await gateway.SignalAsync("TERM");
        while (await gateway.ReadyAsync(http) != 503)
            Assert.False(gateway.HasExited, string.Join('\n', gateway.Log));
        // The listener still takes new connections: the balancer has not looked yet.
        using (var late = Client())
            Assert.Equal("slept 1", await late.GetStringAsync(gateway.Url + "/?ms=1"));
        for (var before = Volatile.Read(ref sent); Volatile.Read(ref sent) < before + 64;)
            await Task.Delay(10);
        await notReady.CancelAsync();

        await Task.WhenAll(clients);
        await RefusedAsync(gateway);
        upstream.Release();
        Assert.All(await Task.WhenAll(slow), text => Assert.Equal("held", text));
        Assert.Equal(0, await gateway.WaitForExitAsync(Patience));
        Assert.True(closes > 0, "answers while draining close their connection");
        Assert.Contains("Every request to the farm has finished.", string.Join('\n', gateway.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_probe_says_not_ready_until_the_last_request_has_finished_and_new_connections_are_turned_away()
    {
        await using var upstream = await SlowUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "--Weir:Shutdown:DrainDelay=00:00:00");
        using var http = Client();
        var slow = http.GetStringAsync(gateway.Url + "/held");
        await upstream.HoldsAsync(1);

        await gateway.SignalAsync("TERM");
        await RefusedAsync(gateway);

        Assert.Equal(503, await gateway.ReadyAsync(http));
        upstream.Release();
        Assert.Equal("held", await slow);
        Assert.Equal(0, await gateway.WaitForExitAsync(Patience));
    }

    [Fact]
    public async Task What_outlasts_the_timeout_is_cut_off_and_the_exit_code_is_still_0()
    {
        await using var upstream = await SlowUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "--Weir:Shutdown:DrainDelay=00:00:00", "--Weir:Shutdown:Timeout=00:00:01");
        using var http = Client();
        var slow = http.GetStringAsync(gateway.Url + "/held");
        await upstream.HoldsAsync(1);
        var clock = Stopwatch.StartNew();

        await gateway.SignalAsync("TERM");

        Assert.Equal(0, await gateway.WaitForExitAsync(Patience));
        Assert.True(clock.Elapsed.TotalSeconds > 0.9, $"it took {clock.Elapsed}");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_second_signal_ends_at_once(string second)
    {
        await using var upstream = await SlowUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "--Weir:Shutdown:DrainDelay=00:05:00");
        using var http = Client();

        await gateway.SignalAsync("TERM");
        while (await gateway.ReadyAsync(http) != 503)
            Assert.False(gateway.HasExited, string.Join('\n', gateway.Log));
        var clock = Stopwatch.StartNew();
        await gateway.SignalAsync(second);

        Assert.NotEqual(0, await gateway.WaitForExitAsync(Patience));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"it took {clock.Elapsed}");
    }

    private static Task<GatewayProcess> StartAsync(SlowUpstream upstream, params string[] settings) =>
        GatewayProcess.StartAsync(GatewayProcess.InFrontOf([upstream.Url]), settings);

    private static HttpClient Client() => new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) });

    /// <summary>Waits until new connections are turned away.</summary>
    private static async Task RefusedAsync(GatewayProcess gateway)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience;)
        {
            using var fresh = Client();
            try
            {
                using var answer = await fresh.GetAsync(gateway.Url + "/?ms=1");
            }
            catch (HttpRequestException)
            {
                return;
            }
        }

        Assert.Fail("The listener still takes connections.");
    }
}
