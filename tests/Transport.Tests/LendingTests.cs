using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weir.Transport.Tests;

public sealed class LendingTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly byte[] Stored = RandomNumberGenerator.GetBytes(1 << 20);

    [Fact]
    public async Task Stored_bytes_go_out_without_a_copy_over_plain_http()
    {
        await using var server = await TestServer.StartAsync(SendStored);
        using var lent = new Lent();
        using var socket = await server.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            await socket.SendAsync(Get);
            Assert.Equal(Stored, (await socket.ReadResponseAsync()).Body);
        }

        await lent.UntilAsync(3 * Stored.Length);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Stored_bytes_are_copied_for_tls(string version)
    {
        using var certificate = Certificates.New();
        await using var server = await TestServer.StartAsync(SendStored, listen: endPoint => endPoint.UseHttps(certificate));
        using var lent = new Lent();
        using var client = Certificates.Client(version, certificate);

        Assert.Equal(Stored, await client.GetByteArrayAsync($"https://127.0.0.1:{server.EndPoint.Port}/"));
        Assert.Equal(0, lent.Bytes);
    }

    [Fact]
    public async Task Stored_bytes_are_copied_for_http_2()
    {
        await using var server = await TestServer.StartAsync(SendStored, listen: endPoint => endPoint.Protocols = HttpProtocols.Http2);
        using var lent = new Lent();
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        Assert.Equal(Stored, await client.GetByteArrayAsync(server.Url));
        Assert.Equal(0, lent.Bytes);
    }

    [Fact]
    public async Task Stored_bytes_are_copied_into_chunks()
    {
        await using var server = await TestServer.StartAsync(async context => await context.SendStoredAsync(Stored));
        using var client = new HttpClient();

        Assert.Equal(Stored, await client.GetByteArrayAsync(server.Url));
    }

    [Fact]
    public async Task A_head_request_gets_no_body_and_the_connection_goes_on()
    {
        await using var server = await TestServer.StartAsync(SendStored);
        using var socket = await server.ConnectAsync();

        await socket.SendAsync(Get.Replace("GET", "HEAD", StringComparison.Ordinal));
        Assert.Contains($"Content-Length: {Stored.Length}", (await socket.ReadResponseAsync(head: true)).Head, StringComparison.Ordinal);
        await socket.SendAsync(Get);
        Assert.Equal(Stored, (await socket.ReadResponseAsync()).Body);
    }

    [Theory]
    [InlineData(0, 1 << 20)]
    [InlineData(12_345, 700_001)]
    public async Task A_files_range_goes_out_with_sendfile(int offset, int count)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Stored);
            using var file = File.OpenHandle(path);
            await using var server = await TestServer.StartAsync(async context =>
            {
                context.Response.ContentLength = count;
                await context.SendFileRangeAsync(file, offset, count);
            });
            using var lent = new Lent();
            using var socket = await server.ConnectAsync();

            for (var i = 0; i < 2; i++)
            {
                await socket.SendAsync(Get);
                Assert.Equal(Stored[offset..(offset + count)], (await socket.ReadResponseAsync()).Body);
            }

            await lent.UntilAsync(2 * count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_files_range_is_copied_for_tls()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Stored);
            using var file = File.OpenHandle(path);
            using var certificate = Certificates.New();
            await using var server = await TestServer.StartAsync(
                async context =>
                {
                    context.Response.ContentLength = 500_000;
                    await context.SendFileRangeAsync(file, 1000, 500_000);
                },
                listen: endPoint => endPoint.UseHttps(certificate));
            using var client = Certificates.Client("1.1", certificate);

            Assert.Equal(Stored[1000..501_000], await client.GetByteArrayAsync($"https://127.0.0.1:{server.EndPoint.Port}/"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_file_that_is_shorter_than_promised_ends_the_connection()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Stored[..1000]);
            using var file = File.OpenHandle(path);
            await using var server = await TestServer.StartAsync(async context =>
            {
                context.Response.ContentLength = 2000;
                await context.SendFileRangeAsync(file, 0, 2000);
            });
            using var socket = await server.ConnectAsync();
            await socket.SendAsync(Get);
            await socket.ReadResponseAsync(head: true);

            await Assert.ThrowsAnyAsync<Exception>(() => socket.ReadExactlyAsync(2000));
            await Wire.UntilAsync(() => server.Metrics.Open == 0, "the connection is closed");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_loan_is_released_once_whether_the_client_stays_or_leaves(bool leaves)
    {
        var released = 0;
        var done = new TaskCompletionSource();
        var large = new byte[32 << 20];
        await using var server = await TestServer.StartAsync(async context =>
        {
            context.Response.ContentLength = large.Length;
            await context.Response.StartAsync();
            var feature = context.Features.Get<ILendingFeature>()!;
            Assert.True(feature.Lend(large, _ => Interlocked.Increment(ref released)));
            var memory = context.Response.BodyWriter.GetMemory(1);
            Assert.True(feature.IsLent(memory));
            Assert.Throws<InvalidOperationException>(() => memory.Span[0] = 1);
            context.Response.BodyWriter.Advance(memory.Length);
            Assert.False(feature.TakeBack());
            await context.Response.BodyWriter.FlushAsync();
            done.SetResult();
        });
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        await socket.ReadResponseAsync(head: true);
        await socket.ReadExactlyAsync(1 << 20);
        Assert.Equal(0, released);

        if (leaves)
            socket.Reset();
        else
            await socket.ReadExactlyAsync(31 << 20);

        await done.Task.WaitAsync(Wire.Patience);
        socket.Dispose();
        await Wire.UntilAsync(() => server.Metrics.Open == 0, "the connection is closed");
        Assert.Equal(1, released);
    }

    [Fact]
    public async Task A_loan_that_is_taken_back_is_not_sent_nor_released()
    {
        var released = 0;
        await using var server = await TestServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 4;
            await context.Response.StartAsync();
            var feature = context.Features.Get<ILendingFeature>()!;
            Assert.True(feature.Lend(Stored, _ => released++));
            Assert.Throws<InvalidOperationException>(() => feature.Lend(Stored));
            Assert.True(feature.TakeBack());
            Assert.False(feature.TakeBack());
            await context.Response.WriteAsync("good");
        });
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);

        Assert.Equal("good"u8.ToArray(), (await socket.ReadResponseAsync()).Body);
        Assert.Equal(0, released);
    }

    [Fact]
    public async Task A_slow_client_gets_all_of_a_stored_body()
    {
        await using var server = await TestServer.StartAsync(SendStored);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        await socket.ConnectAsync(server.EndPoint);
        await socket.SendAsync(Get);
        await socket.ReadResponseAsync(head: true);

        var body = new List<byte>();
        while (body.Count < Stored.Length)
        {
            body.AddRange(await socket.ReadExactlyAsync(Math.Min(16 * 1024, Stored.Length - body.Count)));
            await Task.Delay(1);
        }

        Assert.Equal(Stored, body);
    }

    private static Task SendStored(HttpContext context)
    {
        context.Response.ContentLength = Stored.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.SendStoredAsync(Stored).AsTask();
    }

    // Of every server of the process: the tests of one class run one after the other, and no other class lends.
    private sealed class Lent : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _bytes;

        public Lent()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "weir.transport.lent_bytes")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, bytes, _, _) => Interlocked.Add(ref _bytes, bytes));
            _listener.Start();
        }

        public long Bytes => Interlocked.Read(ref _bytes);

        /// <summary>The client may have the bytes before they are counted.</summary>
        public async Task UntilAsync(long bytes)
        {
            for (var attempt = 0; attempt < 600 && Bytes < bytes; attempt++)
                await Task.Delay(50);
            Assert.Equal(bytes, Bytes);
        }

        public void Dispose() => _listener.Dispose();
    }
}
