using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.DependencyInjection;
using Weir.Transport.Server;

namespace Weir.Transport.Tests;

/// <summary>What a connection's pipe promises, without Kestrel in between.</summary>
public sealed class PipeTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private IConnectionListener _listener = null!;
    private Socket _client = null!;
    private ConnectionContext _connection = null!;

    private PipeReader Input => _connection.Transport.Input;

    private PipeWriter Output => _connection.Transport.Output;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 1, MaxUnreadBytes: 1 << 20));
        _listener = await _server.Services.GetServices<IConnectionListenerFactory>().OfType<EpollListenerFactory>().Single()
            .BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        _client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _client.ConnectAsync(_listener.EndPoint);
        _connection = (await _listener.AcceptAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _connection.DisposeAsync();
        await _listener.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_was_examined_but_not_consumed_comes_again_with_more()
    {
        await _client.SendAsync("abc");
        var first = await ReadAsync();
        Assert.Equal("abc", Text(first));
        Input.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        Assert.False(Input.TryRead(out _));

        var next = Input.ReadAsync();
        Assert.False(next.IsCompleted);
        await _client.SendAsync("def");

        var second = await next.AsTask().WaitAsync(Wire.Patience);
        Assert.Equal("abcdef", Text(second));
        Input.AdvanceTo(second.Buffer.GetPosition(4));
        Assert.True(Input.TryRead(out var third));
        Assert.Equal("ef", Text(third));
        Input.AdvanceTo(third.Buffer.End);
    }

    [Fact]
    public async Task Many_blocks_are_one_sequence_and_can_be_consumed_anywhere()
    {
        var bytes = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();
        var sending = _client.SendAllAsync(bytes);
        var result = await Input.ReadAtLeastAsync(bytes.Length);
        await sending;
        Assert.Equal(bytes, result.Buffer.ToArray());

        var random = new Random(1);
        var at = 0;
        while (at < bytes.Length)
        {
            var step = Math.Min(random.Next(1, 20_000), bytes.Length - at);
            Input.AdvanceTo(result.Buffer.GetPosition(step));
            at += step;
            if (at == bytes.Length)
                break;
            Assert.True(Input.TryRead(out result));
            Assert.Equal(bytes[at..], result.Buffer.ToArray());
        }

        Assert.False(Input.TryRead(out _));
    }

    [Fact]
    public async Task A_pending_read_can_be_cancelled_and_the_next_one_goes_on()
    {
        var reading = Input.ReadAsync();
        Input.CancelPendingRead();
        var result = await reading.AsTask().WaitAsync(Wire.Patience);
        Assert.True(result.IsCanceled);
        Input.AdvanceTo(result.Buffer.Start);

        await _client.SendAsync("x");
        Assert.Equal("x", Text(await ReadAsync()));

        Input.CancelPendingRead();
        Assert.True((await ReadAsync()).IsCanceled);
    }

    [Fact]
    public async Task A_token_cancels_a_pending_read()
    {
        using var cancel = new CancellationTokenSource();
        var reading = Input.ReadAsync(cancel.Token).AsTask();
        cancel.Cancel();

        await Assert.ThrowsAsync<OperationCanceledException>(() => reading.WaitAsync(Wire.Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Input.ReadAsync(cancel.Token).AsTask());
        await _client.SendAsync("x");
        Assert.Equal("x", Text(await ReadAsync()));
    }

    [Fact]
    public async Task Reads_and_cancellations_at_once_lose_nothing()
    {
        var stop = false;
        var cancels = Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                Input.CancelPendingRead();
                await Task.Yield();
            }
        });
        var sends = Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
                await _client.SendAsync("0123456789");
        });
        var received = 0L;
        while (received < 20_000)
        {
            var result = await ReadAsync();
            received += result.Buffer.Length;
            Input.AdvanceTo(result.Buffer.End);
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(cancels, sends);
        Assert.Equal(20_000, received);
    }

    [Fact]
    public async Task The_end_comes_after_the_last_bytes_and_stays()
    {
        await _client.SendAsync("last");
        _client.Shutdown(SocketShutdown.Send);
        var text = "";
        while (true)
        {
            var result = await ReadAsync();
            text += Text(result);
            Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
        }

        Assert.Equal("last", text);
        Assert.True((await ReadAsync()).IsCompleted);
        await Wire.UntilAsync(() => _connection.ConnectionClosed.IsCancellationRequested, "the connection is told closed");
    }

    [Fact]
    public async Task A_reset_is_an_exception_that_kestrel_knows()
    {
        var reading = Input.ReadAsync().AsTask();
        _client.Reset();

        await Assert.ThrowsAsync<ConnectionResetException>(() => reading.WaitAsync(Wire.Patience));
        await Wire.UntilAsync(() => _connection.ConnectionClosed.IsCancellationRequested, "the connection is told closed");
    }

    [Fact]
    public async Task Aborting_ends_what_waits_with_the_reason()
    {
        var reading = Input.ReadAsync().AsTask();
        Output.Write(new byte[64 << 20]);
        var flushing = Output.FlushAsync().AsTask();
        Assert.False(flushing.IsCompleted);

        _connection.Abort(new ConnectionAbortedException("because"));

        Assert.Equal("because", (await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.WaitAsync(Wire.Patience))).Message);
        Assert.True((await flushing.WaitAsync(Wire.Patience)).IsCompleted);
        await Wire.UntilAsync(() => _connection.ConnectionClosed.IsCancellationRequested, "the connection is told closed");
    }

    [Fact]
    public async Task A_pending_flush_can_be_cancelled_and_the_next_one_sends_the_rest()
    {
        Output.Write(new byte[32 << 20]);
        var flushing = Output.FlushAsync().AsTask();
        Output.CancelPendingFlush();
        Assert.True((await flushing.WaitAsync(Wire.Patience)).IsCanceled);

        var rest = Output.FlushAsync().AsTask();
        Assert.Equal(32 << 20, (await _client.ReadExactlyAsync(32 << 20)).Length);
        Assert.False((await rest.WaitAsync(Wire.Patience)).IsCanceled);
    }

    [Fact]
    public async Task Written_blocks_of_any_size_arrive_in_order()
    {
        var random = new Random(2);
        var all = new MemoryStream();
        for (var round = 0; round < 40; round++)
        {
            for (var i = random.Next(1, 30); i > 0; i--)
            {
                var size = random.Next(1, 20_000);
                var hint = random.Next(size + 1);
                Assert.True(Output.GetMemory(hint).Length >= Math.Max(1, hint));
                var bytes = new byte[size];
                random.NextBytes(bytes);
                Output.Write(bytes);
                all.Write(bytes);
            }

            Assert.Equal(all.Length, Output.UnflushedBytes);
            var flushing = Output.FlushAsync().AsTask();
            Assert.Equal(all.ToArray(), await _client.ReadExactlyAsync((int)all.Length));
            await flushing.WaitAsync(Wire.Patience);
            Assert.Equal(0, Output.UnflushedBytes);
            all.SetLength(0);
        }
    }

    [Fact]
    public async Task Disposing_sends_what_was_not_flushed()
    {
        Output.Write("tail"u8);

        await _connection.DisposeAsync();

        Assert.Equal("tail", Encoding.ASCII.GetString(await _client.ReadToEndAsync()));
    }

    [Fact]
    public async Task More_unread_bytes_than_allowed_abort_the_connection()
    {
        var sending = Record.ExceptionAsync(() => _client.SendAllAsync(new byte[16 << 20]));

        await Assert.ThrowsAsync<ConnectionAbortedException>(async () =>
        {
            while (true)
            {
                var result = await ReadAsync();
                Assert.InRange(result.Buffer.Length, 0, (1 << 20) + (64 << 10));
                Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        });
        Assert.NotNull(await sending);
    }

    [Fact]
    public void Features_can_be_replaced_and_taken_away()
    {
        var features = _connection.Features;
        Assert.Same(_connection, features.Get<IConnectionTransportFeature>());
        Assert.NotNull(features.Get<IMemoryPoolFeature>()!.MemoryPool);
        Assert.Equal(_connection.ConnectionId, features.Get<IConnectionIdFeature>()!.ConnectionId);
        Assert.Equal(13, _connection.ConnectionId.Length);
        Assert.Null(features.Get<ITlsHandshakeFeature>());

        features.Set("text");
        Assert.Equal("text", features.Get<string>());
        features.Set<string>(null);
        Assert.Null(features.Get<string>());
        features.Set<IMemoryPoolFeature>(null);
        Assert.Null(features.Get<IMemoryPoolFeature>());
        Assert.Contains(features, feature => feature.Key == typeof(IConnectionIdFeature));
    }

    private static string Text(ReadResult result) => Encoding.ASCII.GetString(result.Buffer);

    private async Task<ReadResult> ReadAsync() => await Input.ReadAsync().AsTask().WaitAsync(Wire.Patience);
}
