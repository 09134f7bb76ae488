using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Transport.Loops;
using Weir.Transport.Upstream;

namespace Weir.Transport.Tests;

public sealed class LoopStreamTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly EventLoops _loops;
    private readonly LoopClient _client = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LoopStreamTests()
    {
        _loops = new EventLoops(
            new TransportSettings(Loops: 2), new TransportMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<EventLoops>.Instance);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loops.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task A_refused_connection_says_so()
    {
        var endPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _listener.Dispose();

        var error = await Assert.ThrowsAsync<SocketException>(() => _client.ConnectAsync(_loops[0], endPoint).AsTask());

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_unix_socket_that_is_not_there_says_so()
    {
        var error = await Assert.ThrowsAsync<SocketException>(() =>
            _client.ConnectAsync(_loops[0], new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"none-{Guid.NewGuid():N}"))).AsTask());

        Assert.Equal(SocketError.AddressNotAvailable, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_cancelled_connect_leaves_nothing_open()
    {
        using var cancelled = new CancellationTokenSource();
        // TEST-NET-1: nobody answers there.
        var connecting = _client.ConnectAsync(_loops[0], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 81), cancelled.Token).AsTask();
        cancelled.Cancel();

        // Where there is no route at all the connection fails at once instead.
        await Assert.ThrowsAnyAsync<Exception>(() => connecting.WaitAsync(Wire.Patience));
    }

    [Fact]
    public async Task Bytes_go_both_ways_and_continue_on_the_loop()
    {
        var (stream, peer) = await PairAsync(_loops[1]);
        using (peer)
        {
            Assert.Equal(1, stream.LoopIndex);
            var buffer = new byte[100];
            var receiving = stream.ReceiveAsync(buffer);
            Assert.False(receiving.IsCompleted);
            var continued = ContinuedOn(receiving);
            await peer.SendAsync("hello");
            Assert.Equal((5, _loops[1]), await continued.WaitAsync(Wire.Patience));

            await stream.SendAsync("answer"u8.ToArray());
            Assert.Equal("answer"u8.ToArray(), await peer.ReadExactlyAsync(6));

            peer.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await stream.ReceiveAsync(buffer).AsTask().WaitAsync(Wire.Patience));
            Assert.Equal(0, await stream.ReceiveAsync(buffer).AsTask().WaitAsync(Wire.Patience));
            stream.Close();
        }

        static async Task<(int, EventLoop?)> ContinuedOn(ValueTask<int> receiving)
        {
            var received = await receiving;
            return (received, EventLoop.Current);
        }
    }

    [Fact]
    public async Task A_reset_is_told_as_a_reset()
    {
        var (stream, peer) = await PairAsync(_loops[0]);
        var receiving = stream.ReceiveAsync(new byte[10]).AsTask();

        peer.Reset();

        var error = await Assert.ThrowsAsync<SocketException>(() => receiving.WaitAsync(Wire.Patience));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        stream.Close();
    }

    [Fact]
    public async Task Close_wakes_a_pending_receive_and_a_pending_send()
    {
        var (stream, peer) = await PairAsync(_loops[0]);
        using (peer)
        {
            var receiving = stream.ReceiveAsync(new byte[10]).AsTask();
            var sending = stream.SendAsync(new byte[64 << 20]).AsTask();
            Assert.False(sending.IsCompleted);

            stream.Close();

            Assert.Equal(SocketError.OperationAborted, (await Assert.ThrowsAsync<SocketException>(() => receiving.WaitAsync(Wire.Patience))).SocketErrorCode);
            Assert.Equal(SocketError.OperationAborted, (await Assert.ThrowsAsync<SocketException>(() => sending.WaitAsync(Wire.Patience))).SocketErrorCode);
            Assert.Equal(
                SocketError.OperationAborted, (await Assert.ThrowsAsync<SocketException>(() => stream.ReceiveAsync(new byte[10]).AsTask())).SocketErrorCode);
            stream.Close();
        }
    }

    [Theory]
    [InlineData("fin")]
    [InlineData("reset")]
    [InlineData("bytes")]
    public async Task What_happens_to_an_idle_connection_is_told_once(string what)
    {
        var (stream, peer) = await PairAsync(_loops[0]);
        using (peer)
        {
            var gone = new TaskCompletionSource<EventLoop?>();
            stream.StartIdle(_ => gone.SetResult(EventLoop.Current), null);
            switch (what)
            {
                case "fin":
                    peer.Shutdown(SocketShutdown.Send);
                    break;
                case "reset":
                    peer.Reset();
                    break;
                default:
                    await peer.SendAsync("unasked");
                    break;
            }

            Assert.Same(_loops[0], await gone.Task.WaitAsync(Wire.Patience));
            Assert.False(stream.EndIdle());
            stream.Close();
        }
    }

    [Fact]
    public async Task An_idle_connection_that_stayed_quiet_is_usable_again()
    {
        var (stream, peer) = await PairAsync(_loops[0]);
        using (peer)
        {
            var buffer = new byte[4];
            for (var i = 0; i < 100; i++)
            {
                stream.StartIdle(_ => Assert.Fail("It was quiet."), null);
                Assert.True(stream.EndIdle());
                await stream.SendAsync("ping"u8.ToArray());
                Assert.Equal("ping"u8.ToArray(), await peer.ReadExactlyAsync(4));
                await peer.SendAsync("pong");
                Assert.Equal(4, await stream.ReceiveAsync(buffer).AsTask().WaitAsync(Wire.Patience));
            }

            stream.StartIdle(_ => Assert.Fail("Closing is not the peer's doing."), null);
            stream.Close();
            Assert.False(stream.EndIdle());
        }
    }

    [Fact]
    public async Task An_idle_connection_is_either_usable_or_gone_when_both_happen_at_once()
    {
        for (var i = 0; i < 300; i++)
        {
            var (stream, peer) = await PairAsync(_loops[i % 2]);
            var gone = 0;
            stream.StartIdle(_ => Interlocked.Increment(ref gone), null);
            var closing = Task.Run(peer.Dispose);
            var usable = stream.EndIdle();
            await closing;
            if (usable)
                Assert.Equal(0, await stream.ReceiveAsync(new byte[1]).AsTask().WaitAsync(Wire.Patience));
            stream.Close();
            Assert.True(Volatile.Read(ref gone) <= (usable ? 0 : 1));
        }
    }

    [Fact]
    public async Task A_hundred_megabytes_go_both_ways_at_once()
    {
        const int Size = 100 << 20;
        var (stream, peer) = await PairAsync(_loops[0]);
        using (peer)
        {
            var bytes = new byte[Size];
            RandomNumberGenerator.Fill(bytes);
            var sent = stream.SendAsync(bytes).AsTask();
            var echoed = Task.Run(async () =>
            {
                var buffer = new byte[256 * 1024];
                for (var at = 0; at < Size;)
                {
                    var got = await peer.ReceiveAsync(buffer);
                    await peer.SendAllAsync(buffer.AsMemory(0, got));
                    at += got;
                }
            });
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var received = new byte[128 * 1024];
            for (var at = 0; at < Size;)
            {
                var got = await stream.ReceiveAsync(received).AsTask().WaitAsync(Wire.Patience);
                hash.AppendData(received, 0, got);
                at += got;
            }

            await Task.WhenAll(sent, echoed).WaitAsync(Wire.Patience);
            Assert.Equal(SHA256.HashData(bytes), hash.GetHashAndReset());
            stream.Close();
        }
    }

    [Fact]
    public async Task Threads_that_receive_send_and_close_at_once_break_nothing()
    {
        var until = DateTime.UtcNow.AddSeconds(3);
        async Task Worker(int seed)
        {
            var random = new Random(seed);
            while (DateTime.UtcNow < until)
            {
                var (stream, peer) = await PairAsync(_loops[random.Next(2)]);
                using (peer)
                {
                    var receiver = Task.Run(async () =>
                    {
                        var buffer = new byte[1000];
                        while (await stream.ReceiveAsync(buffer) > 0)
                        {
                        }
                    });
                    var sender = Task.Run(async () =>
                    {
                        var block = new byte[10_000];
                        while (true)
                            await stream.SendAsync(block);
                    });
                    var echo = Task.Run(async () =>
                    {
                        var buffer = new byte[5000];
                        int got;
                        while ((got = await peer.ReceiveAsync(buffer)) > 0)
                            await peer.SendAllAsync(buffer.AsMemory(0, got));
                    });
                    await Task.Delay(random.Next(4));
                    var closers = Enumerable.Range(0, 3).Select(_ => Task.Run(stream.Close));
                    await Task.WhenAll(closers);
                    await Assert.ThrowsAsync<SocketException>(() => receiver.WaitAsync(Wire.Patience));
                    await Assert.ThrowsAsync<SocketException>(() => sender.WaitAsync(Wire.Patience));
                    peer.Dispose();
                    await Record.ExceptionAsync(() => echo.WaitAsync(Wire.Patience));
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(Worker));
    }

    [Fact]
    public async Task An_exchange_allocates_nothing()
    {
        var (stream, peer) = await PairAsync(_loops[0]);
        using (peer)
        {
            var bytes = new byte[64];
            var per = new TaskCompletionSource<long>();
            _loops[0].Post(_ => _ = Exchange(), null);
            for (var i = 0; i < 1100; i++)
            {
                await peer.ReadExactlyAsync(64);
                await peer.SendAllAsync(bytes);
            }

            Assert.InRange(await per.Task.WaitAsync(Wire.Patience), 0, 8);
            stream.Close();

            async Task Exchange()
            {
                long before = 0;
                for (var i = 0; i < 1100; i++)
                {
                    if (i == 100)
                        before = GC.GetAllocatedBytesForCurrentThread();
                    await stream.SendAsync(bytes);
                    await stream.ReceiveAsync(bytes);
                }

                per.SetResult((GC.GetAllocatedBytesForCurrentThread() - before) / 1000);
            }
        }
    }

    private async Task<(LoopStream Stream, Socket Peer)> PairAsync(EventLoop loop)
    {
        // Serialised by the lock, so that each gets the other end of its own.
        await _pairing.WaitAsync();
        try
        {
            var accepting = _listener.AcceptAsync();
            var stream = await _client.ConnectAsync(loop, _listener.LocalEndPoint!).AsTask().WaitAsync(Wire.Patience);
            return (stream, await accepting.WaitAsync(Wire.Patience));
        }
        finally
        {
            _pairing.Release();
        }
    }

    private readonly SemaphoreSlim _pairing = new(1);
}
