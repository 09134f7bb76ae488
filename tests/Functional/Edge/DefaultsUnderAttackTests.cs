using System.Text;

namespace Weir.Functional.Edge;

/// <summary>What the defaults alone hold: no throttle, no jail, Kestrel's limits as they are.</summary>
[Collection(EdgeCollection.Name)]
public sealed class DefaultsUnderAttackTests
{
    private const int Idle = 10_000;

    [Fact]
    public async Task Half_headers_and_slow_uploads_are_ended_idle_connections_cost_kilobytes_and_all_the_while_others_are_served()
    {
        await using var site = await Site.StartAsync();

        // Slowloris. A further line does not buy more time.
        await using var loris = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(3000), "GET /page/1k HTTP/1.1\r\nHost: site.test\r\n"u8.ToArray());
        await site.AssertGoodIsServedAsync();
        await loris.SendAsync("X-A: b\r\n"u8.ToArray());

        // Slow POST, a byte a second.
        var head = Encoding.ASCII.GetBytes("POST /echo HTTP/1.1\r\nHost: site.test\r\nContent-Length: 100000\r\n\r\n");
        await using var uploads = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, 1000, head);
        await site.UntilAsync(
            async () =>
            {
                await Task.Delay(1000);
                await uploads.SendAsync("x"u8.ToArray());
                return uploads.Ended == uploads.Count;
            },
            "all slow uploads are ended");
        AssertAnsweredOrReset(uploads, "HTTP/1.1 408 ");
        Assert.Equal(0, await site.MetricAsync("weir_buffering_collecting"));
        await site.AssertGoodIsServedAsync();

        // Connections that send nothing at all, while the half headers may still be there.
        await using var idle = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(Idle + 4000) - 4000, []);
        Assert.Equal(0, idle.Refused);
        await site.UntilAsync(async () => await site.MetricAsync("kestrel_active_connections") >= idle.Count, "all are held");
        await site.AssertGoodIsServedAsync();
        // 14,000 connections that are or were there: 20 KB each.
        site.AssertGrewByAtMost(280);

        await site.UntilAsync(() => loris.Ended == loris.Count, "all half headers are ended");
        AssertAnsweredOrReset(loris, "HTTP/1.1 408 ");
        await site.AssertGoodIsServedAsync();
        Assert.Equal(0, idle.Ended);
    }

    [Fact]
    public async Task Slow_readers_hold_no_slot_and_no_more_memory_than_buffers_may_have()
    {
        await using var site = await Site.StartAsync();
        await site.AddPageAsync("6m", 6 << 20);
        // Longer than what the kernel alone holds for a reader.
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, 60, Wire.Request("/page/6m"), read: false);

        // A byte now and then is not enough to be left waiting for, and too much to be cut by the default rate.
        await site.UntilAsync(
            async () =>
            {
                crowd.Sip(1);
                return await site.MetricAsync("weir_buffering_memory_bytes") + await site.MetricAsync("weir_buffering_file_bytes") > crowd.Count * (1L << 20)
                    && await site.MetricAsync("weir_server_in_flight") <= 1;
            },
            "the answers lie in the gateway, and the server is done");
        Assert.InRange(await site.MetricAsync("weir_buffering_memory_bytes"), 0, 128 << 20);
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(128 + 100);
    }

    // A connection that is closed with bytes of the client still on their way is reset, and the answer may be lost with it.
    private static void AssertAnsweredOrReset(Crowd crowd, string start)
    {
        Assert.All(crowd.Answers.Where(a => a.Length > 0), a => Assert.StartsWith(start, a, StringComparison.Ordinal));
        Assert.Contains(crowd.Answers, a => a.Length > 0);
    }
}
