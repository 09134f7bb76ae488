using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Weir.Transport.Server;

/// <summary>What was lent for the next <c>GetMemory</c>.</summary>
/// <param name="Bytes">The stored bytes; empty for a file.</param>
/// <param name="File">The file, with one reference added; null for stored bytes.</param>
/// <param name="Length">Bytes in all.</param>
/// <param name="Released">Called once when the bytes are not needed any more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LentBody(
    ReadOnlyMemory<byte> Bytes, SafeFileHandle? File, long FileOffset, int Length, Action<object?>? Released, object? State);
