using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Buffering;

namespace Weir.Forwarding.Tests.Buffering;

public sealed class UploadCollectorTests
{
    [Fact]
    public async Task Slow_uploads_hold_no_slot_while_they_are_sent()
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1, buffering: o => o.UploadMemoryBytes = 16 << 10);
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => RawClient.ConnectAsync(gateway.Url)));
        // Half of them short enough for the connection's own buffers.
        await Task.WhenAll(clients.Select((c, i) => c.SendHeadAsync(BodyOf(i).Length)));
        for (var part = 0; part < 3; part++)
        {
            await Task.WhenAll(clients.Select((c, i) => c.SendAsync(BodyOf(i).AsMemory(part * BodyOf(i).Length / 4, BodyOf(i).Length / 4))));
            Assert.Equal(0, gateway.InFlight);
            Assert.Equal(0, gateway.Waiting);
        }

        // The one slot is free for whoever sends at once.
        using var http = new HttpClient();
        Assert.Equal("hello", await Echo(http, gateway.Url, "hello"));
        Assert.Equal(1, server.Requests);
        await Task.WhenAll(clients.Select(async (c, i) =>
        {
            await c.SendAsync(BodyOf(i).AsMemory(BodyOf(i).Length / 4 * 3));
            var (head, body) = await c.ReadAnswerAsync();
            Assert.StartsWith("HTTP/1.1 200", head, StringComparison.Ordinal);
            Assert.Equal(BodyOf(i), body);
            await c.DisposeAsync();
        }));

        await gateway.AssertNothingLeaksAsync();

        static byte[] BodyOf(int client) => SpoolBench.Bytes(client % 2 == 0 ? 4000 : 60_000, client);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(48 << 10, true)]
    [InlineData((48 << 10) + 1, false)]
    [InlineData(3_000_000, false)]
    public async Task The_server_gets_the_same_bytes_in_the_same_framing(int length, bool inReader)
    {
        await using var server = await EchoServer.StartAsync();
        var (seenInReader, seenLength) = (false, 0L);
        await using var gateway = await TestGateway.StartAsync([server.Url], beforeForwarder: proxy => proxy.Use((context, next) =>
        {
            var body = context.Features.Get<ICollectedBody>()!;
            (seenInReader, seenLength) = (body.IsInReader, body.Length);
            return next(context);
        }));
        using var http = new HttpClient();
        var bytes = SpoolBench.Bytes(length);
        using var answer = await http.PostAsync(gateway.Url, new ByteArrayContent(bytes));
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(length.ToString(), answer.Headers.GetValues("X-Framing").Single());
        Assert.Equal(inReader, seenInReader);
        Assert.Equal(length, seenLength);
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_chunked_upload_stays_chunked_and_its_length_is_known()
    {
        await using var server = await EchoServer.StartAsync();
        var length = 0L;
        var (hasTrailers, trailer) = (false, "");
        await using var gateway = await TestGateway.StartAsync([server.Url], beforeForwarder: proxy => proxy.Use((context, next) =>
        {
            length = context.Features.Get<ICollectedBody>()!.Length;
            hasTrailers = context.Request.CheckTrailersAvailable();
            trailer = context.Request.GetTrailer("X-Sum").ToString();
            return next(context);
        }));
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n");
        await client.SendAsync("6\r\n world\r\n");
        await client.SendAsync("0\r\nX-Sum: 7\r\n\r\n");

        var (head, body) = await client.ReadAnswerAsync();

        Assert.Contains("X-Framing: chunked", head, StringComparison.Ordinal);
        Assert.Equal("hello world"u8.ToArray(), body);
        Assert.Equal(11, length);
        Assert.True(hasTrailers);
        Assert.Equal("7", trailer);
        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(40_000)]
    [InlineData(2_000_000)]
    public async Task An_upload_over_HTTP_2_is_collected_too(int length)
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1, kestrel: OnlyHttp2);
        using var http = new HttpClient();
        var content = new DripContent(SpoolBench.Bytes(length));
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentLength = length;
        var sending = http.SendAsync(request);
        await content.HalfSent.WaitAsync(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 4000 && gateway.BufferedBytes < length / 2; i++)
            await Task.Delay(10);
        Assert.True(gateway.BufferedBytes >= length / 2);
        Assert.Equal(0, gateway.InFlight);
        content.SendRest();

        using var answer = await sending;

        Assert.Equal(SpoolBench.Bytes(length), await answer.Content.ReadAsByteArrayAsync());
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_client_that_asks_may_go_on_at_once_however_full_the_farm_is()
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1);
        Assert.True(gateway.Servers.All.Single().TryAcquire(out var held));
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendHeadAsync(5, "Expect: 100-continue\r\n");
        Assert.StartsWith("HTTP/1.1 100 Continue", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await client.SendAsync("hello");
        held.Dispose();
        Assert.Equal("hello"u8.ToArray(), (await client.ReadAnswerAsync()).Body);
    }

    [Theory]
    [InlineData("Content-Length: 5000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1000\r\n")]
    public async Task An_upload_past_Kestrels_limit_is_a_413_that_ends_the_connection_and_logs_no_error(string rest)
    {
        var log = new LogOf(LogLevel.Warning);
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url], kestrel: k => k.Limits.MaxRequestBodySize = 2000, log: log);
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\n" + rest + new string('x', 4096));
        var (head, body) = await client.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 413", head, StringComparison.Ordinal);
        Assert.Equal("413 upload_too_large\n", Encoding.ASCII.GetString(body));
        Assert.True(await client.IsClosedAsync());
        Assert.Equal(0, server.Requests);
        Assert.Empty(log.Lines);
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task An_upload_below_Kestrels_least_rate_is_a_408()
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            [server.Url], kestrel: k => k.Limits.MinRequestBodyDataRate = new MinDataRate(10_000, TimeSpan.FromSeconds(1.1)));
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendHeadAsync(100_000);
        await client.SendAsync("a little");
        Assert.StartsWith("HTTP/1.1 408", (await client.ReadAnswerAsync()).Head, StringComparison.Ordinal);
        Assert.True(await client.IsClosedAsync());
        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public async Task Without_room_for_an_upload_it_is_a_503_that_may_be_tried_again(int length)
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            [server.Url], buffering: o => (o.TotalMemoryBytes, o.TotalFileBytes) = (8 << 10, 1000));
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendHeadAsync(length);
        if (length == 10_000)
            await client.SendAsync(SpoolBench.Bytes(9000));
        var (head, body) = await client.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 503", head, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 1", head, StringComparison.Ordinal);
        Assert.Contains("Connection: close", head, StringComparison.Ordinal);
        Assert.Equal("503 upload_buffers_full\n", Encoding.ASCII.GetString(body));
        Assert.Equal(0, server.Requests);
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_short_upload_goes_to_the_file_when_memory_is_full()
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.TotalMemoryBytes = 1000);
        using var http = new HttpClient();
        var text = new string('x', 20_000);
        Assert.Equal(text, await Echo(http, gateway.Url, text));
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task Without_a_usable_folder_it_is_a_503_that_says_so()
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.Directory = "/proc/none");
        using var http = new HttpClient();
        using var answer = await http.PostAsync(gateway.Url, new ByteArrayContent(new byte[200_000]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("503 spool_unavailable\n", await answer.Content.ReadAsStringAsync());
        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(20_000, false)]
    [InlineData(20_000, true)]
    [InlineData(400_000, false)]
    [InlineData(400_000, true)]
    public async Task A_client_that_leaves_midway_gives_everything_back(int length, bool reset)
    {
        var log = new LogOf(LogLevel.Warning);
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url], log: log);
        var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendHeadAsync(length);
        await client.SendAsync(SpoolBench.Bytes(length / 2));
        for (var i = 0; i < 4000 && gateway.BufferedBytes < length / 2; i++)
            await Task.Delay(10);
        Assert.True(gateway.BufferedBytes >= length / 2);
        if (reset)
            client.Reset();
        else
            await client.DisposeAsync();

        await gateway.AssertNothingLeaksAsync();
        Assert.Equal(0, server.Requests);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_connection_goes_on_after_its_uploads()
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        foreach (var length in new[] { 10, 70_000, 48 << 10, 300_000, 1 })
        {
            await client.SendHeadAsync(length);
            await client.SendAsync(SpoolBench.Bytes(length, length));
            Assert.Equal(SpoolBench.Bytes(length, length), (await client.ReadAnswerAsync()).Body);
        }

        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData("application/grpc+proto", true)]
    [InlineData("text/plain", false)]
    public async Task Calls_of_gRPC_and_routes_without_collection_stream(string type, bool uploads)
    {
        await using var server = await EchoServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            [server.Url], limit: 1, buffering: o => o.Routes["R"] = new RouteBufferingOptions { Uploads = uploads });
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendHeadAsync(10, $"Content-Type: {type}\r\n");
        for (var i = 0; i < 4000 && gateway.InFlight == 0; i++)
            await Task.Delay(10);
        Assert.Equal(1, gateway.InFlight);
        await client.SendAsync("0123456789");
        Assert.Equal("0123456789"u8.ToArray(), (await client.ReadAnswerAsync()).Body);
    }

    [Fact]
    public async Task A_collected_body_can_be_read_again_for_another_server()
    {
        await using var server = await EchoServer.StartAsync();
        var bytes = SpoolBench.Bytes(200_000);
        var read = new List<byte[]>();
        await using var gateway = await TestGateway.StartAsync([server.Url], beforeForwarder: proxy => proxy.Use(async (context, next) =>
        {
            var body = context.Features.Get<ICollectedBody>()!;
            for (var attempt = 0; attempt < 2; attempt++)
            {
                read.Add(await ReadAllAsync(body));
                body.Rewind();
            }

            await next(context);
            body.Release();
        }));
        using var http = new HttpClient();
        using var answer = await http.PostAsync(gateway.Url, new ByteArrayContent(bytes));
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.All(read, r => Assert.Equal(bytes, r));
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_body_left_in_the_reader_is_given_again_until_it_is_consumed()
    {
        await using var server = await EchoServer.StartAsync();
        var seen = new List<long>();
        await using var gateway = await TestGateway.StartAsync([server.Url], beforeForwarder: proxy => proxy.Use(async (context, next) =>
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var reading = context.Request.BodyReader.ReadAsync();
                Assert.True(reading.IsCompleted);
                var read = await reading;
                seen.Add(read.IsCompleted ? read.Buffer.Length : -1);
                context.Request.BodyReader.AdvanceTo(read.Buffer.Start);
            }

            await next(context);
        }));
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendHeadAsync(30_000);
        await client.SendAsync(SpoolBench.Bytes(13_000));
        await client.SendAsync(SpoolBench.Bytes(17_000, 13_000));
        Assert.Equal(SpoolBench.Bytes(30_000), (await client.ReadAnswerAsync()).Body);
        Assert.Equal([30_000, 30_000, 30_000], seen);
    }

    private static void OnlyHttp2(KestrelServerOptions kestrel) => kestrel.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2);

    private static async Task<byte[]> ReadAllAsync(ICollectedBody body)
    {
        var all = new MemoryStream();
        while (true)
        {
            var bytes = await body.ReadAsync();
            if (bytes.IsEmpty)
                return all.ToArray();
            all.Write(bytes.Span);
            body.Advance(bytes.Length);
        }
    }

    private static async Task<string> Echo(HttpClient http, string url, string text)
    {
        using var answer = await http.PostAsync(url, new StringContent(text));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Sends half, and the rest when the test says so.</summary>
    private sealed class DripContent(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HalfSent => _half.Task;

        public void SendRest() => _rest.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            _half.SetResult();
            await _rest.Task;
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
