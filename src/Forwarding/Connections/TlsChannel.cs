using System.Net.Security;

namespace Weir.Forwarding.Connections;

/// <summary>TLS over another stream.</summary>
#pragma warning disable CA1001 // Close ends it: SslStream must not be disposed of while another thread uses it, and frees nothing but memory then.
internal sealed class TlsChannel : UpstreamChannel
#pragma warning restore CA1001
{
    private readonly UpstreamChannel _inner;
    private readonly SslStream _tls;

    private TlsChannel(UpstreamChannel inner)
    {
        _inner = inner;
        _tls = new SslStream(new ChannelStream(inner), leaveInnerStreamOpen: false);
    }

    /// <exception cref="System.Security.Authentication.AuthenticationException">The handshake failed.</exception>
    public static async ValueTask<UpstreamChannel> HandshakeAsync(UpstreamChannel inner, SslClientAuthenticationOptions options, CancellationToken cancel)
    {
        var channel = new TlsChannel(inner);
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
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _tls.ReadAsync(buffer);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => _tls.WriteAsync(bytes);

    // The stream itself may be in use on another thread; closing what lies below fails that use, and nothing is left to free but memory.
    public override void Close() => _inner.Close();

    // Session tickets arrive behind the first answer: what comes while idle need not be an end, but a connection on which it did
    // is one that costs more to examine than to open anew. TLS 1.3 tickets come with the handshake's end, before the first answer.
    public override void StartIdle(Action<object?> gone, object? state) => _inner.StartIdle(gone, state);

    public override bool EndIdle() => _inner.EndIdle();
}
