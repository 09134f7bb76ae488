using System.Threading.Tasks.Sources;

namespace Weir.Forwarding.Tasks;

/// <summary>An async method that waits, as its caller sees it.</summary>
internal abstract class AsyncBox<TResult> : IValueTaskSource<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> _core;

    protected AsyncBox() => MoveNext = Continue;

    /// <summary>Goes on with the method; made once.</summary>
    public Action MoveNext { get; }

    public short Version => _core.Version;

    public void SetResult(TResult result) => _core.SetResult(result);

    public void SetException(Exception error) => _core.SetException(error);

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            Return();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected abstract void Continue();

    /// <summary>The caller has taken the result: the box is free.</summary>
    protected abstract void Return();
}
