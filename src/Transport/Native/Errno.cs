using System.Net.Sockets;

namespace Weir.Transport.Native;

/// <summary>The error numbers of Linux (asm-generic; the same on x64 and arm64) that the transport tells apart.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int BadDescriptor = 9;
    public const int Access = 13;
    public const int InvalidArgument = 22;
    public const int NotSocket = 88;
    public const int NoEntry = 2;
    public const int InputOutput = 5;
    public const int FileTableFull = 23;
    public const int TooManyFiles = 24;
    public const int NoMemory = 12;
    public const int BrokenPipe = 32;
    public const int AddressInUse = 98;
    public const int NetworkDown = 100;
    public const int NetworkUnreachable = 101;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBuffers = 105;
    public const int NotConnected = 107;
    public const int TimedOut = 110;
    public const int ConnectionRefused = 111;
    public const int HostUnreachable = 113;
    public const int InProgress = 115;
    public const int Cancelled = 125;

    /// <summary>What .NET calls the error; <see cref="SocketError.SocketError"/> for those without a name there.</summary>
    public static SocketError ToSocketError(int errno) => errno switch
    {
        NotPermitted or Access => SocketError.AccessDenied,
        NoEntry => SocketError.AddressNotAvailable,
        TooManyFiles or FileTableFull => SocketError.TooManyOpenSockets,
        NoMemory or NoBuffers => SocketError.NoBufferSpaceAvailable,
        BrokenPipe => SocketError.Shutdown,
        AddressInUse => SocketError.AddressAlreadyInUse,
        NetworkDown => SocketError.NetworkDown,
        NetworkUnreachable => SocketError.NetworkUnreachable,
        ConnectionAborted => SocketError.ConnectionAborted,
        ConnectionReset => SocketError.ConnectionReset,
        NotConnected => SocketError.NotConnected,
        TimedOut => SocketError.TimedOut,
        ConnectionRefused => SocketError.ConnectionRefused,
        HostUnreachable => SocketError.HostUnreachable,
        Cancelled => SocketError.OperationAborted,
        _ => SocketError.SocketError,
    };

    /// <summary>An exception for the error.</summary>
    public static SocketException ToException(int errno) => new((int)ToSocketError(errno));
}
