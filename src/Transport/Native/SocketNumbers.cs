namespace Weir.Transport.Native;

/// <summary>Constants of socket(7), tcp(7), send(2) and recv(2) on Linux.</summary>
internal static class SocketNumbers
{
    // AF_*
    public const int Unix = 1;
    public const int InterNetwork = 2;
    public const int InterNetworkV6 = 10;

    // SOCK_*
    public const int Stream = 1;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    // MSG_*
    public const int Peek = 0x2;
    public const int DoNotWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int More = 0x8000;

    // SOL_SOCKET and its options
    public const int SocketLevel = 1;
    public const int ErrorOption = 4;
    public const int Linger = 13;
    public const int ReusePort = 15;

    // IPPROTO_TCP and its options
    public const int TcpLevel = 6;
    public const int NoDelay = 1;

    // SHUT_WR
    public const int ShutdownWrite = 1;
}
