using System.Net.Security;

namespace Weir.Forwarding.Connections;

/// <summary>
/// TLS over another stream. While idle a read of one byte is pending: what the server still sends, or its close, shows itself also
/// when it lies decrypted in the TLS layer already; session tickets pass unseen. That byte is the first of the next answer otherwise.
/// </summary>
#pragma warning disable CA1001 // Disposed of by Leave, once the stream is closed and nothing is under way on it.
internal sealed class TlsChannel : UpstreamChannel
#pragma warning restore CA1001
{
    private const int ClosedBit = 1 << 30;

    private readonly UpstreamChannel _inner;
    private readonly SslStream _tls;
    private readonly byte[] _first = new byte[1];
    private Task<int>? _watch;
    private int _idle;
    private Action<object?>? _gone;
    private object? _goneState;

    // Operations under way, and the bit that says that there will be no more.
    private int _use;

    private TlsChannel(UpstreamChannel inner)
    {
        _inner = inner;
        _tls = new SslStream(new ChannelStream(inner), leaveInnerStreamOpen: false);
    }

    /// <exception cref="System.Security.Authentication.AuthenticationException">The handshake failed.</exception>
    public static async ValueTask<UpstreamChannel> HandshakeAsync(UpstreamChannel inner, SslClientAuthenticationOptions options, CancellationToken cancel)
    {
        var channel = new TlsChannel(inner);
        channel.Enter();
        try
        {
            await channel._tls.AuthenticateAsClientAsync(options, cancel);
            return channel;
        }
        catch
        {
            channel.Close();
            throw;
        }
        finally
        {
            channel.Leave();
        }
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_watch is { } watch)
        {
            _watch = null;
            var received = await watch;
            if (received < 0)
                throw new IOException("The TLS connection broke.");
            if (received > 0)
                buffer.Span[0] = _first[0];
            return received;
        }

        Enter();
        try
        {
            return await _tls.ReadAsync(buffer);
        }
        finally
        {
            Leave();
        }
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Enter();
        try
        {
            await _tls.WriteAsync(bytes);
        }
        finally
        {
            Leave();
        }
    }

    public override void Close()
    {
        _inner.Close();
        Enter();
        Interlocked.Or(ref _use, ClosedBit);
        Leave();
    }

    public override void StartIdle(Action<object?> gone, object? state)
    {
        (_gone, _goneState) = (gone, state);
        Volatile.Write(ref _idle, 1);
        _watch ??= WatchAsync();
        if (_watch.IsCompleted)
            Woken();
        else
            _watch.GetAwaiter().UnsafeOnCompleted(Woken);
    }

    public override bool EndIdle() => Interlocked.Exchange(ref _idle, 0) == 1 && _watch is { IsCompleted: false };

    private void Woken()
    {
        if (Interlocked.CompareExchange(ref _idle, 2, 1) == 1)
            _gone?.Invoke(_goneState);
    }

    /// <summary>Bytes read; -1 when the connection broke.</summary>
    private async Task<int> WatchAsync()
    {
        Enter();
        try
        {
            return await _tls.ReadAsync(_first);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or ObjectDisposedException or InvalidOperationException)
        {
            return -1;
        }
        finally
        {
            Leave();
        }
    }

    private void Enter() => Interlocked.Increment(ref _use);

    private void Leave()
    {
        if (Interlocked.Decrement(ref _use) == ClosedBit)
            _tls.Dispose();
    }
}
