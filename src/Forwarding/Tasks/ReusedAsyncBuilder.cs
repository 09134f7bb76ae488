using System.Runtime.CompilerServices;

namespace Weir.Forwarding.Tasks;

/// <summary>
/// Builds async methods that allocate nothing in the steady state, however many of them wait at once: .NET's pooling builder keeps
/// one box per thread and core, this one a stack of them per thread. For methods of the hot path that are awaited exactly once.
/// </summary>
/// <remarks>
/// The execution context does not flow into what follows an await: there are no logging scopes and no Activity.Current, and no
/// other AsyncLocal. Its callers are ASP.NET Core's own async methods, which bring theirs back.
/// </remarks>
/// <typeparam name="TResult">What the method returns.</typeparam>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public struct ReusedAsyncBuilder<TResult>
{
    private AsyncBox<TResult>? _box;
    private Exception? _error;
    private TResult _result;

    /// <summary>What the caller awaits.</summary>
    public readonly ValueTask<TResult> Task =>
        _box is { } box ? new ValueTask<TResult>(box, box.Version)
        : _error is { } error ? ValueTask.FromException<TResult>(error)
        : new ValueTask<TResult>(_result);

    public static ReusedAsyncBuilder<TResult> Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        // As every async method: what it sets up to its first await is not its caller's.
        var before = ExecutionContext.Capture();
        stateMachine.MoveNext();
        // Null while its flow is suppressed: then there is nothing to bring back.
        if (before is not null && !ReferenceEquals(before, ExecutionContext.Capture()))
            ExecutionContext.Restore(before);
    }

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
        // Only for builders that box a state machine as an interface.
    }

    public void SetResult(TResult result)
    {
        if (_box is { } box)
            box.SetResult(result);
        else
            _result = result;
    }

    public void SetException(Exception exception)
    {
        if (_box is { } box)
            box.SetException(exception);
        else
            _error = exception;
    }

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(Box(ref stateMachine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Box(ref stateMachine));

    private Action Box<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (_box is not null)
            return _box.MoveNext;
        var box = AsyncBox<TResult, TStateMachine>.Rent();
        // Before the state machine is copied into the box: this builder is a part of it.
        _box = box;
        box.StateMachine = stateMachine;
        return box.MoveNext;
    }
}
