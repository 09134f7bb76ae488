using System.Net.Sockets;
using System.Text;

namespace Weir.Gateway.Admin;

/// <summary>
/// systemd's notification protocol (sd_notify(3)): one datagram of <c>KEY=value</c> lines to the socket that
/// NOTIFY_SOCKET names. Does nothing where there is none.
/// </summary>
internal sealed class SystemdNotifier(ILogger<SystemdNotifier> logger, string? socketPath)
{
    public SystemdNotifier(ILogger<SystemdNotifier> logger)
        : this(logger, Environment.GetEnvironmentVariable("NOTIFY_SOCKET"))
    {
    }

    /// <param name="state">Lines of <c>KEY=value</c>, for example <c>READY=1</c>.</param>
    public void Notify(string state)
    {
        if (string.IsNullOrEmpty(socketPath))
            return;
        try
        {
            // An @ at the start stands for the zero byte of Linux's abstract name space.
            var path = socketPath[0] == '@' ? '\0' + socketPath[1..] : socketPath;
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (Exception error) when (error is SocketException or ArgumentException or PlatformNotSupportedException)
        {
            AdminLog.NotifyFailed(logger, socketPath, error.Message);
        }
    }
}
