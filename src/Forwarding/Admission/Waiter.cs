using System.Threading.Tasks.Sources;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Admission;

/// <summary>
/// One waiting request. Pooled; its list nodes are its own, so that joining and leaving the line allocates nothing.
/// Everything but the value-task source is guarded by the line's lock.
/// </summary>
internal sealed class Waiter : IValueTaskSource<WaitOutcome>
{
    // Asynchronous: the thread that frees a slot must not run the next request's pipeline.
    private ManualResetValueTaskSourceCore<WaitOutcome> _core = new() { RunContinuationsAsynchronously = true };

    public Waiter()
    {
        InFlow = new LinkedListNode<Waiter>(this);
        InAge = new LinkedListNode<Waiter>(this);
        InWheel = new LinkedListNode<Waiter>(this);
    }

    public LinkedListNode<Waiter> InFlow { get; }

    public LinkedListNode<Waiter> InAge { get; }

    public LinkedListNode<Waiter> InWheel { get; }

    /// <summary>The line it stands in; null once it has an outcome.</summary>
    public WaitLine? Line { get; set; }

    public ClientFlow? Flow { get; set; }

    public ClusterLine? Owner { get; set; }

    public ulong ClientKey { get; set; }

    public PriorityClass Priority { get; set; }

    /// <summary>When it joined, in the clock's timestamps.</summary>
    public long JoinedAt { get; set; }

    /// <summary>Timer-wheel ticks left.</summary>
    public int TicksLeft { get; set; }

    /// <summary>Memory charged to the line.</summary>
    public int Bytes { get; set; }

    /// <summary>The servers that a retry must not meet again; null for a first try.</summary>
    public IReadOnlyList<ServerSlots>? Avoid { get; set; }

    /// <summary>The task that ends with the outcome.</summary>
    public ValueTask<WaitOutcome> Task => new(this, _core.Version);

    /// <summary>Ends the wait; called once, under the line's lock.</summary>
    public void Complete(WaitOutcome outcome) => _core.SetResult(outcome);

    /// <summary>Makes it ready for the pool.</summary>
    public void Reset()
    {
        _core.Reset();
        Line = null;
        Flow = null;
        Owner = null;
        Avoid = null;
    }

    WaitOutcome IValueTaskSource<WaitOutcome>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<WaitOutcome>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<WaitOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
