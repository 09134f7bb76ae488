namespace Weir.Gateway.Listeners;

/// <summary>What moves the bytes between sockets and Kestrel.</summary>
public enum TransportKind
{
    /// <summary>Event loops on epoll; on anything but 64-bit Linux the gateway takes <see cref="Sockets"/> and says so.</summary>
    Epoll,

    /// <summary>Kestrel's own transport on .NET's sockets.</summary>
    Sockets,
}
