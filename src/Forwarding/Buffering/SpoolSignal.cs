using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Weir.Forwarding.Buffering;

/// <summary>
/// Wakes one waiter at a time, again and again, without allocating. <see cref="Arm"/> and <see cref="Disarm"/> are called
/// under the owner's lock, <see cref="Fire"/> outside of it: the waiter may run inside.
/// </summary>
internal sealed class SpoolSignal(PipeScheduler scheduler) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _armed;

    /// <summary>Completes with the next <see cref="Fire"/>.</summary>
    public ValueTask Arm()
    {
        if (_armed)
            throw new InvalidOperationException("Someone waits already.");
        _core.Reset();
        _armed = true;
        return new ValueTask(this, _core.Version);
    }

    /// <summary>True when someone waits: the caller passes it on to <see cref="Fire"/>, once.</summary>
    public bool Disarm()
    {
        var armed = _armed;
        _armed = false;
        return armed;
    }

    /// <summary>Wakes the waiter, if there was one.</summary>
    public void Fire(bool someoneWaits)
    {
        if (someoneWaits)
            scheduler.Schedule(static signal => ((SpoolSignal)signal!)._core.SetResult(true), this);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
