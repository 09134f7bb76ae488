using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weir.Transport.Tests;

public sealed class HttpTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task One_connection_serves_many_requests()
    {
        await using var server = await TestServer.StartAsync(context => context.Response.WriteAsync(context.Connection.Id));
        using var socket = await server.ConnectAsync();

        var answers = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            await socket.SendAsync(Get);
            answers.Add(Encoding.ASCII.GetString(await ReadChunkedAsync(socket)));
        }

        Assert.Single(answers);
        Assert.Equal(1, server.Metrics.Open);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using var server = await TestServer.StartAsync(Echo);
        using var socket = await server.ConnectAsync();

        await socket.SendAsync(string.Concat(Enumerable.Range(0, 500).Select(i => $"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n")));

        for (var i = 0; i < 500; i++)
            Assert.Equal($"/{i}", Encoding.ASCII.GetString((await socket.ReadResponseAsync()).Body));
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_served()
    {
        await using var server = await TestServer.StartAsync(Echo);
        using var socket = await server.ConnectAsync();
        var request = Encoding.ASCII.GetBytes("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        for (var round = 0; round < 3; round++)
        {
            foreach (var one in request)
                await socket.SendAllAsync(new[] { one });
            Assert.Equal("/xhello", Encoding.ASCII.GetString((await socket.ReadResponseAsync()).Body));
        }
    }

    [Fact]
    public async Task A_request_split_anywhere_is_served()
    {
        await using var server = await TestServer.StartAsync(Echo);
        using var socket = await server.ConnectAsync();
        var request = Encoding.ASCII.GetBytes("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        for (var cut = 1; cut < request.Length; cut++)
        {
            await socket.SendAllAsync(request.AsMemory(0, cut));
            await Task.Yield();
            await socket.SendAllAsync(request.AsMemory(cut));
            Assert.Equal("/xhello", Encoding.ASCII.GetString((await socket.ReadResponseAsync()).Body));
        }
    }

    [Fact]
    public async Task A_large_upload_arrives_whole()
    {
        await using var server = await TestServer.StartAsync(async context =>
            await context.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body))));
        var body = RandomNumberGenerator.GetBytes(20 << 20);
        using var client = new HttpClient();

        using var response = await client.PostAsync(server.Url, new ByteArrayContent(body));

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Chunked_bodies_arrive_whole_both_ways()
    {
        await using var server = await TestServer.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body));
        var body = RandomNumberGenerator.GetBytes(3 << 20);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.TransferEncodingChunked = true;

        using var response = await client.SendAsync(request);

        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_slow_reader_holds_the_writer_back()
    {
        const int Size = 64 << 20;
        long written = 0;
        await using var server = await TestServer.StartAsync(async context =>
        {
            context.Response.ContentLength = Size;
            var block = new byte[64 * 1024];
            for (var i = 0; i < Size / block.Length; i++)
            {
                await context.Response.Body.WriteAsync(block);
                Interlocked.Add(ref written, block.Length);
            }
        });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 * 1024 };
        await socket.ConnectAsync(server.EndPoint);
        await socket.SendAsync(Get);
        await socket.ReadResponseAsync(head: true);

        // Quiet once the kernel's buffers are full.
        long before;
        do
        {
            before = Interlocked.Read(ref written);
            await Task.Delay(100);
        }
        while (Interlocked.Read(ref written) != before);

        Assert.InRange(before, 0, 16 << 20);
        Assert.Equal(Size, (await socket.ReadExactlyAsync(Size)).Length);
    }

    [Fact]
    public async Task Half_closing_together_with_the_request_still_gets_the_answer()
    {
        await using var server = await TestServer.StartAsync(
            async context =>
            {
                await Task.Yield();
                await Echo(context);
            },
            new TransportSettings(Loops: 1));

        for (var i = 0; i < 50; i++)
        {
            // The loop looks only when all of it is there.
            using var blocked = new ManualResetEventSlim();
            server.Loops[0].Post(static state => ((ManualResetEventSlim)state!).Wait(), blocked);
            using var socket = await server.ConnectAsync();
            await socket.SendAsync(Get);
            socket.Shutdown(SocketShutdown.Send);
            blocked.Set();

            var answer = Encoding.ASCII.GetString(await socket.ReadToEndAsync());

            Assert.EndsWith("/a", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Both_addresses_of_a_connection_are_right()
    {
        await using var server = await TestServer.StartAsync(context =>
            context.Response.WriteAsJsonAsync(new[]
            {
                $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}",
                $"{context.Connection.LocalIpAddress}:{context.Connection.LocalPort}",
            }));
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);

        var answer = Encoding.ASCII.GetString(await ReadChunkedAsync(socket));

        Assert.Equal($"[\"{socket.LocalEndPoint}\",\"{socket.RemoteEndPoint}\"]", answer);
    }

    [Fact]
    public async Task A_thousand_connections_are_served_at_once()
    {
        await using var server = await TestServer.StartAsync(Echo);
        var sockets = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => server.ConnectAsync()));
        try
        {
            for (var round = 0; round < 3; round++)
            {
                await Task.WhenAll(sockets.Select(socket => socket.SendAsync(Get)));
                foreach (var socket in sockets)
                    Assert.Equal("/a", Encoding.ASCII.GetString((await socket.ReadResponseAsync()).Body));
            }

            Assert.Equal(1000, server.Metrics.Open);
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }

        await Wire.UntilAsync(() => server.Metrics.Open == 0, "every connection is closed");
    }

    internal static async Task Echo(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var answer = Encoding.ASCII.GetBytes(context.Request.Path.Value! + Encoding.ASCII.GetString(body.ToArray()));
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static async Task<byte[]> ReadChunkedAsync(Socket socket)
    {
        await socket.ReadResponseAsync(head: true);
        using var all = new MemoryStream();
        while (true)
        {
            var line = new List<byte>();
            while (line.Count < 2 || line[^1] != '\n')
                line.AddRange(await socket.ReadExactlyAsync(1));
            var size = Convert.ToInt32(Encoding.ASCII.GetString([.. line]).Trim(), 16);
            all.Write(await socket.ReadExactlyAsync(size));
            await socket.ReadExactlyAsync(2);
            if (size == 0)
                return all.ToArray();
        }
    }
}
