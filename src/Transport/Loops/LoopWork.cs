using System.Runtime.InteropServices;

namespace Weir.Transport.Loops;

/// <summary>A callback for a loop.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LoopWork(Action<object?> Callback, object? State)
{
    public void Run() => Callback(State);
}
