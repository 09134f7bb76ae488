using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Tests;

/// <summary>A fault at every point where a request can stop: the slot always comes back.</summary>
public sealed class SlotLeakTests
{
    [Theory]
    [InlineData("closes before the head", "")]
    [InlineData("closes in the head", "HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("closes in the body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")]
    [InlineData("closes in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")]
    [InlineData("answers garbage", "SMTP ready\r\n\r\n")]
    [InlineData("answers with conflicting lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")]
    public async Task A_server_that_fails_in_the_middle_gives_its_slot_back(string point, string sent)
    {
        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(sent), stop);
            return false;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 2);
        using var http = new HttpClient();
        for (var i = 0; i < 5; i++)
        {
            try
            {
                using var answer = await http.GetAsync(gateway.Url);
                Assert.True(answer.StatusCode == HttpStatusCode.BadGateway || sent.Length > 0, point);
            }
            catch (HttpRequestException)
            {
                // The head was passed on before the server failed: the client's connection is cut, as it must be.
            }
        }

        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Clients_that_leave_while_waiting_or_in_service_give_everything_back(int limit)
    {
        await using var server = ScriptedServer.Answering(TimeSpan.FromSeconds(30));
        await using var gateway = await TestGateway.StartAsync([server.Url], limit);
        using var http = new HttpClient();
        using var leave = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 10).Select(_ => http.GetAsync(gateway.Url, leave.Token)).ToArray();
        for (var i = 0; i < 4000 && (gateway.InFlight != limit || gateway.Waiting != 10 - limit); i++)
            await Task.Delay(25);
        Assert.Equal(limit, gateway.InFlight);
        Assert.Equal(10 - limit, gateway.Waiting);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(requests));
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_the_answer_gives_its_slot_back()
    {
        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc"u8.ToArray(), stop);
            await Task.Delay(TimeSpan.FromSeconds(30), stop);
            return true;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1);
        using var http = new HttpClient();
        var answer = await http.GetAsync(gateway.Url, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1, gateway.InFlight);
        answer.Dispose();
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task Code_between_admission_and_forwarder_that_throws_or_answers_itself_gives_the_slot_back()
    {
        await using var server = ScriptedServer.Answering();
        var turn = 0;
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1, beforeForwarder: proxy => proxy.Use((HttpContext context, RequestDelegate _) =>
            (turn++ % 3) switch
            {
                0 => throw new InvalidOperationException("thrown at once"),
                1 => Throw(),
                _ => context.Response.WriteAsync("answered here"),
            }));
        using var http = new HttpClient();
        for (var i = 0; i < 9; i++)
        {
            using var answer = await http.GetAsync(gateway.Url).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(i % 3 == 2 ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        await gateway.AssertNothingLeaksAsync();

        static async Task Throw()
        {
            await Task.Yield();
            throw new InvalidOperationException("thrown later");
        }
    }

    [Fact]
    public async Task A_slow_upload_that_the_client_breaks_off_gives_its_slot_back()
    {
        await using var server = ScriptedServer.Answering(TimeSpan.FromSeconds(30));
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1, buffering: o => o.Uploads = false);
        using var http = new HttpClient();
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var content = new StreamContent(new NeverEnding());
        await Assert.ThrowsAnyAsync<Exception>(() => http.PostAsync(gateway.Url, content, leave.Token));
        await gateway.AssertNothingLeaksAsync();
    }

    private sealed class NeverEnding : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(50, cancellationToken);
            buffer.Span[0] = 1;
            return 1;
        }

        public override bool CanSeek => false;
    }
}
