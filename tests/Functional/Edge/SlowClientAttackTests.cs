using System.Text;

namespace Weir.Functional.Edge;

/// <summary>Thousands of connections that send, or read, as little as they can get away with.</summary>
[Collection(EdgeCollection.Name)]
public sealed class SlowClientAttackTests
{
    private static readonly byte[] HalfHead = "GET /page/1k HTTP/1.1\r\nHost: site.test\r\n"u8.ToArray();

    [Fact]
    public async Task Three_thousand_half_headers_are_ended_by_the_default_time_out_and_cost_nobody_a_slot()
    {
        await using var site = await Site.StartAsync();
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(3000), HalfHead);

        // A line more does not buy more time.
        await site.AssertGoodIsServedAsync();
        await crowd.SendAsync("X-A: b\r\n"u8.ToArray());
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(100);

        await site.UntilAsync(() => crowd.Ended == crowd.Count, "all half headers are ended");
        Assert.All(crowd.Answers.Where(a => a.Length > 0), a => Assert.StartsWith("HTTP/1.1 408 ", a, StringComparison.Ordinal));
        await site.AssertGoodIsServedAsync();
    }

    [Fact]
    public async Task A_bound_per_address_ends_all_half_headers_above_it_at_once()
    {
        await using var site = await Site.StartAsync("""{ "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": 0, "Connections": { "PerAddress": 50 } } }""");
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(3000), HalfHead);

        await site.UntilAsync(() => crowd.Ended >= crowd.Count - 50, "all above the bound are ended");
        // The good client's and the one that reads the metrics besides.
        await site.UntilAsync(async () => await site.MetricAsync("kestrel_active_connections") <= 60, "no more than the bound is held");
        Assert.True(await site.MetricAsync("weir_throttle_connections_refused_total") >= crowd.Count - 50);
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(100);
    }

    [Fact]
    public async Task A_thousand_uploads_of_a_byte_a_second_are_answered_408_by_default_and_reach_no_server()
    {
        await using var site = await Site.StartAsync();
        var head = Encoding.ASCII.GetBytes("POST /echo HTTP/1.1\r\nHost: site.test\r\nContent-Length: 100000\r\n\r\n");
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(1000), head);

        await site.UntilAsync(
            async () =>
            {
                await Task.Delay(1000);
                await crowd.SendAsync("x"u8.ToArray());
                return crowd.Ended == crowd.Count;
            },
            "all slow uploads are ended");
        await site.AssertGoodIsServedAsync();

        Assert.All(crowd.Answers.Where(a => a.Length > 0), a => Assert.StartsWith("HTTP/1.1 408 ", a, StringComparison.Ordinal));
        Assert.Contains(crowd.Answers, a => a.Length > 0);
        Assert.Equal(0, await site.MetricAsync("weir_buffering_collecting"));
        Assert.DoesNotContain("POST", await File.ReadAllTextAsync(Path.Combine(site.Apache.Root, "logs", "error.log")), StringComparison.Ordinal);
        site.AssertGrewByAtMost(120);
    }

    [Fact]
    public async Task A_hundred_and_fifty_slow_readers_hold_no_slot_and_no_more_memory_than_buffers_may_have()
    {
        await using var site = await Site.StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(site.Apache.Root, "htdocs", "page", "6m"), new byte[6 << 20]);
        // Longer than what the kernel alone holds for a reader.
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, 150, Wire.Request("/page/6m"), read: false);

        await site.UntilAsync(() => crowd.Sip(64) > 0, "the first answers come");
        await site.AssertGoodIsServedAsync();
        // The server is done with all that it can be asked for.
        await site.UntilAsync(async () => { crowd.Sip(1); return await site.MetricAsync("weir_buffering_memory_bytes") + await site.MetricAsync("weir_buffering_file_bytes") > crowd.Count * (1L << 20); }, "the answers lie in the gateway");
        await site.UntilAsync(async () => { crowd.Sip(1); return await site.MetricAsync("weir_server_in_flight") <= 1; }, "the server has sent all");
        Assert.InRange(await site.MetricAsync("weir_buffering_memory_bytes"), 0, 128 << 20);
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(128 + 150);
    }

    [Fact]
    public async Task A_rule_bounds_the_downloads_of_one_reader_and_a_minimum_rate_ends_those_that_stall()
    {
        await using var site = await Site.StartAsync(
            """{ "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": 0, "Rules": [ { "Name": "downloads", "Scope": "Path", "Path": "/page/6m", "ConcurrentRequests": 10 } ] } }""",
            """{ "Limits": { "MinResponseDataRate": { "BytesPerSecond": 100000, "GracePeriod": "00:00:02" } } }""");
        await File.WriteAllBytesAsync(Path.Combine(site.Apache.Root, "htdocs", "page", "6m"), new byte[6 << 20]);
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, 100, Wire.Request("/page/6m"), read: false);

        await site.UntilAsync(async () => await site.MetricAsync("weir_throttle_refused_total") >= crowd.Count - 10, "all above the bound are refused");
        await site.AssertGoodIsServedAsync();
        // None of the ten reads, so each is ended.
        await site.UntilAsync(async () => { var (a, m, f, t) = (await site.MetricAsync("http_server_active_requests"), await site.MetricAsync("weir_buffering_memory_bytes"), await site.MetricAsync("weir_server_in_flight"), await site.MetricAsync("kestrel_active_connections")); Console.Error.WriteLine($"{DateTime.Now:T} active {a} mem {m} inflight {f} conn {t}"); await Task.Delay(3000); return a <= 1 && m == 0; }, "the stalled readers are ended");
        crowd.ReadOn();
        await site.UntilAsync(() => crowd.Ended == crowd.Count, "all see the end");
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(100);
    }
}
