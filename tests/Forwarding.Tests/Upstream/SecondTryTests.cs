using System.Net;
using Weir.Forwarding.Tests.Buffering;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>When a request may go to another server, and what counts against the one that failed it.</summary>
public sealed class SecondTryTests
{
    [Fact]
    public async Task A_page_that_is_too_slow_neither_ejects_its_server_nor_is_asked_for_elsewhere()
    {
        await using var first = SlowPage();
        await using var second = SlowPage();
        await using var gateway = await StartAsync(first, second);
        using var http = new HttpClient();
        using var stop = new CancellationTokenSource();
        // Others are answered all the time.
        var others = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
                Assert.Equal("ok", await http.GetStringAsync(gateway.Url + "/"));
        }));

        var slow = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => http.GetAsync(gateway.Url + "/slow")));

        await stop.CancelAsync();
        await others;
        Assert.All(slow, answer => Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode));
        Assert.All(gateway.Servers.All, server => Assert.False(server.Health.IsEjected));
        Assert.Equal(8, first.All.Concat(second.All).Count(r => r.Line.Contains("/slow", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_answers_nobody_any_more_is_left_and_left_out()
    {
        await using var stopped = new RecordingServer(async (_, connection) =>
        {
            await connection.ClosedAsync();
            return false;
        });
        await using var alive = RecordingServer.Answering();
        await using var gateway = await StartAsync(stopped, alive);
        using var http = new HttpClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => http.GetStringAsync(gateway.Url)));

        Assert.All(answers, answer => Assert.Equal("ok", answer));
        Assert.True(gateway.Servers.GetOrAdd(stopped.Url).Health.IsEjected);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX:")]
    [InlineData("HTTP/1.1 103 Early Hints\r\n\r\n")]
    public async Task Nothing_is_sent_again_once_a_byte_of_an_answer_came(string start)
    {
        await using var first = RecordingServer.Answering(start, closes: true);
        await using var second = RecordingServer.Answering(start, closes: true);
        await using var gateway = await StartAsync(first, second);
        using var http = new HttpClient();

        for (var i = 0; i < 4; i++)
        {
            using var answer = await http.GetAsync(gateway.Url);
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        }

        Assert.Equal(4, first.All.Count + second.All.Count);
    }

    [Fact]
    public async Task An_idempotent_request_goes_elsewhere_with_its_body_and_a_post_does_not()
    {
        await using var closes = new RecordingServer((_, _) => Task.FromResult(false));
        await using var alive = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([closes.Url, alive.Url], options: o => o.Ejection.Failures = 0);
        using var http = new HttpClient();

        for (var i = 0; i < 4; i++)
        {
            using var put = await http.PutAsync(gateway.Url, new StringContent($"whole body {i}"));
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        Assert.Equal(4, alive.All.Count);
        Assert.All(alive.All, r => Assert.StartsWith("whole body", System.Text.Encoding.ASCII.GetString(r.Body), StringComparison.Ordinal));
        var failed = 0;
        for (var i = 0; i < 4; i++)
        {
            using var post = await http.PostAsync(gateway.Url, new StringContent("once"));
            failed += post.StatusCode == HttpStatusCode.BadGateway ? 1 : 0;
        }

        Assert.Equal(2, failed);
    }

    [Fact]
    public async Task YARPs_forwarder_never_sends_a_body_twice()
    {
        await using var closes = new RecordingServer((_, _) => Task.FromResult(false));
        await using var alive = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync(
            [closes.Url, alive.Url], options: o => o.Ejection.Failures = 0, forwarding: o => o.UseStockForwarder = true);
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        for (var i = 0; i < 4; i++)
        {
            await client.SendAsync("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
            await client.ReadAnswerAsync();
        }

        Assert.All(alive.All, r => Assert.Equal(4, r.Body.Length));
    }

    private static RecordingServer SlowPage() => new(async (request, connection) =>
    {
        if (request.Line.Contains("/slow", StringComparison.Ordinal))
        {
            await connection.ClosedAsync();
            return false;
        }

        await connection.SendAsync(RecordingServer.Page);
        return true;
    });

    private static Task<TestGateway> StartAsync(params RecordingServer[] servers) => TestGateway.StartAsync(
        [.. servers.Select(s => s.Url)],
        options: o =>
        {
            o.Ejection.ProbeInterval = TimeSpan.FromMinutes(1);
            o.Retry.Budget = 1;
        },
        cluster: c => c with { HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromMilliseconds(700) } });
}
