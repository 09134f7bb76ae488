using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Transport.Native;

/// <summary>Flags of epoll(7), and the shape of its events: packed on x64 (12 bytes), naturally aligned elsewhere (16).</summary>
internal static unsafe class Epoll
{
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint PeerHangUp = 0x2000;
    public const uint EdgeTriggered = 0x8000_0000;

    public const int CloseOnExec = 0x80000;

    private const int Add = 1;
    private const int Delete = 2;

    /// <summary>Bytes of one <c>struct epoll_event</c>.</summary>
    public static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int DataOffset = EventBytes - sizeof(ulong);

    public static uint Events(byte* one) => *(uint*)one;

    public static ulong Data(byte* one) => Unsafe.ReadUnaligned<ulong>(one + DataOffset);

    /// <summary>Registers a descriptor; 0, or the errno.</summary>
    public static int Register(int epoll, int descriptor, uint events, ulong data)
    {
        var change = stackalloc byte[16];
        *(uint*)change = events;
        Unsafe.WriteUnaligned(change + DataOffset, data);
        return Libc.EpollControl(epoll, Add, descriptor, change) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public static void Unregister(int epoll, int descriptor)
    {
        var change = stackalloc byte[16];
        _ = Libc.EpollControl(epoll, Delete, descriptor, change);
    }
}
