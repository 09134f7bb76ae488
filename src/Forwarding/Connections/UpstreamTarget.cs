using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Weir.Forwarding.Connections;

/// <summary>Where a pool's connections go, and how: plain or TLS, with a time-out of the whole attempt.</summary>
/// <param name="Address">Host and port of the server.</param>
/// <param name="Tls">TLS settings; null for plain TCP.</param>
/// <param name="ConnectTimeout">The time-out in force, for name resolution, TCP and TLS together.</param>
internal sealed record UpstreamTarget(Uri Address, SslClientAuthenticationOptions? Tls, Func<TimeSpan> ConnectTimeout)
{
    private readonly IPAddress? _literal = IPAddress.TryParse(Address.IdnHost, out var literal) ? literal : null;

    /// <exception cref="SocketException">There is no connection, or the name does not resolve.</exception>
    /// <exception cref="AuthenticationException">The server's certificate is not accepted.</exception>
    /// <exception cref="TimeoutException">The attempt took too long.</exception>
    public async ValueTask<UpstreamChannel> ConnectAsync(IUpstreamConnector connector, int loop, CancellationToken cancel)
    {
        var longest = ConnectTimeout();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(longest);
        try
        {
            var channel = await ConnectPlainAsync(connector, loop, timeout.Token);
            return Tls is null ? channel : await TlsChannel.HandshakeAsync(channel, Tls, timeout.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"No connection to {Address.Authority} within {longest.TotalSeconds} s.", late);
        }
    }

    private async ValueTask<UpstreamChannel> ConnectPlainAsync(IUpstreamConnector connector, int loop, CancellationToken cancel)
    {
        if (_literal is not null)
            return await connector.ConnectAsync(new IPEndPoint(_literal, Address.Port), loop, cancel);
        SocketException? last = null;
        foreach (var address in await Dns.GetHostAddressesAsync(Address.IdnHost, cancel))
        {
            try
            {
                return await connector.ConnectAsync(new IPEndPoint(address, Address.Port), loop, cancel);
            }
            catch (SocketException error)
            {
                last = error;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
