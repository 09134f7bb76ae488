using System.Runtime.InteropServices;

namespace Weir.Transport;

/// <summary>Where the transport works.</summary>
public static class EpollTransport
{
    /// <summary>True on 64-bit Linux, x64 or arm64.</summary>
    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;
}
