using System.Runtime.CompilerServices;

namespace Weir.Forwarding.Tasks;

/// <summary>The box of one async method. At most <see cref="Kept"/> free ones stay with a thread.</summary>
internal sealed class AsyncBox<TResult, TStateMachine> : AsyncBox<TResult>
    where TStateMachine : IAsyncStateMachine
{
    /// <summary>About as many as requests that one loop has under way.</summary>
    private const int Kept = 1024;

    [ThreadStatic]
    private static AsyncBox<TResult, TStateMachine>? _free;

    [ThreadStatic]
    private static int _count;

    private AsyncBox<TResult, TStateMachine>? _next;

#pragma warning disable CA1051, SA1401 // A property would copy the state machine at every step.
    public TStateMachine StateMachine = default!;
#pragma warning restore CA1051, SA1401

    public static AsyncBox<TResult, TStateMachine> Rent()
    {
        if (_free is not { } box)
            return new AsyncBox<TResult, TStateMachine>();
        _free = box._next;
        _count--;
        box._next = null;
        return box;
    }

    protected override void Continue() => StateMachine.MoveNext();

    protected override void Return()
    {
        // What the method held must not live on with the box.
        StateMachine = default!;
        if (_count >= Kept)
            return;
        _count++;
        _next = _free;
        _free = this;
    }
}
