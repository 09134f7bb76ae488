using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Weir.Forwarding.Tests.Http1;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>
/// Mutated requests through a whole gateway: the server gets requests that the strictest reader accepts, each of them one that
/// the gateway itself saw, and no more. Nothing hides in another request.
/// </summary>
public sealed class RequestFuzzTests
{
    private const string Id = "X-Id";

    private static readonly byte[][] Requests =
    [
        "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nCookie: a=b; c=d\r\n\r\n"u8.ToArray(),
        "HEAD /%2e%2e/a%2Fb%252F HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhelloGET /next HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
        "PUT /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n5;e=\"f\"\r\nhello\r\n3\r\nGET\r\n0\r\nA: b\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
        "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close, X-A\r\nX-A: 1\r\n\r\nabc"u8.ToArray(),
        "OPTIONS * HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"u8.ToArray(),
        "GET http://x/abs?q HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"u8.ToArray(),
        "DELETE /old HTTP/1.0\r\nContent-Length: 2\r\n\r\nab"u8.ToArray(),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_sees_only_whole_and_strict_requests_that_the_gateway_saw_too(bool collects)
    {
        var seen = new ConcurrentDictionary<string, string>();
        var last = 0;
        await using var server = RecordingServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Answer: 1\r\n\r\nok");
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.Uploads = collects, first: app => app.Use((context, next) =>
        {
            var id = Interlocked.Increment(ref last).ToString();
            seen[id] = context.Request.Method;
            context.Request.Headers[Id] = id;
            return next(context);
        }));
        var time = new FuzzTime();
        var seed = 0;
        var answers = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (time.IsLeft)
            {
                var bytes = Mutator.Mutate(Requests, new Random(Interlocked.Increment(ref seed)));
                Interlocked.Add(ref answers, await AnswersAsync(gateway.Url, bytes));
            }
        }));

        Assert.True(server.Violations.Count == 0, string.Join('\n', server.Violations));
        var ids = server.All.Select(r => r[Id]).ToArray();
        Assert.All(ids, id => Assert.True(id is not null && seen.ContainsKey(id), id));
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(server.All, r => Assert.StartsWith(seen[r[Id]!] + " ", r.Line, StringComparison.Ordinal));
        Assert.InRange(answers, 1, ids.Length);
        await gateway.AssertNothingLeaksAsync();
    }

    /// <summary>Sends and reads until the end or a silence; the number of the server's answers.</summary>
    private static async Task<int> AnswersAsync(string url, byte[] bytes)
    {
        var got = new StringBuilder();
        try
        {
            using var client = new TcpClient { NoDelay = true };
            var uri = new Uri(url);
            await client.ConnectAsync(uri.Host, uri.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(bytes);
            var buffer = new byte[8192];
            while (true)
            {
                using var silence = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
                var read = await stream.ReadAsync(buffer, silence.Token);
                if (read == 0)
                    break;
                got.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Refused, or it waits for more.
        }

        return got.ToString().Split("X-Answer: 1").Length - 1;
    }
}
