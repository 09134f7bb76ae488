using System.Runtime.InteropServices;

namespace Weir.Transport.Native;

/// <summary><c>struct iovec</c>: one piece of a gathered write.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public void* Start;
    public nuint Length;
}
