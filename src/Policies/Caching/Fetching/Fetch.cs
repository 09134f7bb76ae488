using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Fetching;

/// <summary>
/// One answer on its way from an origin into the store and to everybody who waits for it. Made by <see cref="Fetcher"/>; the one who
/// asked first is its owner, who alone may have an answer that is not for all.
/// </summary>
internal sealed class Fetch(FetchOrder order, TimeProvider clock) : IFillTarget
{
    private readonly TaskCompletionSource<FetchHead> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Stream?> _owner = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ReadOnlyMemory<byte>> _forOwner = [];
    private FetchHead? _known;
    private long _taken;
    private int _waiting = order.IsRefresh ? 0 : 1;

    /// <summary>Longest time that a body which is not kept waits for its slowest reader.</summary>
    public static readonly TimeSpan SlowestReader = TimeSpan.FromSeconds(10);

    public FetchOrder Order { get; } = order;

    /// <summary>What is fetched, see <see cref="FetchTable.JoinOrAdd"/>.</summary>
    public CacheKey Variant { get; set; }

    /// <summary>The owner's place in the body: held from the beginning, so that nothing is let go before it.</summary>
    public FillReader OwnersReader { get; private set; } = null!;

    /// <summary>The body of a <see cref="FetchKind.Stored"/> answer.</summary>
    public FillingBody Body { get; } = new();

    /// <summary>Completes when the head is judged; never fails.</summary>
    public Task<FetchHead> Head => _head.Task;

    /// <summary>The same, null until then.</summary>
    public FetchHead? Known => Volatile.Read(ref _known);

    /// <summary>Completes when all is over, also for the owner of an answer that is not stored.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What was changed at the origin meanwhile may not be in it: it is not stored.</summary>
    public bool IsSpoiled { get; set; }

    /// <summary>Its body has become too long to be stored.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Others may still join it.</summary>
    public bool IsOpen => !IsSpoiled && Known is not { Kind: FetchKind.Direct or FetchKind.Failed };

    /// <summary>Bytes that a store takes at most.</summary>
    public long MaxBytes { get; set; }

    public FetchBudget? Budget { get; set; }

    /// <summary>Ends the request to the origin.</summary>
    public Action? Abort { get; set; }

    /// <summary>Its body did not come to its end.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Trailers of the answer, when it is over.</summary>
    public IHeaderDictionary? Trailers { get; set; }

    /// <summary>One more waits for it.</summary>
    public void Join() => Interlocked.Increment(ref _waiting);

    /// <summary>One has gone. What nobody waits for ends, unless it is being stored or nobody was meant to wait for it.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _waiting) > 0 || Order.IsRefresh)
            return;
        if (!_head.Task.IsCompleted)
            Abort?.Invoke();
    }

    /// <summary>Before anything comes.</summary>
    public void Begin() => OwnersReader = Body.Read()!;

    /// <summary>The head is judged. Another one later does not count.</summary>
    public void Found(FetchHead head)
    {
        if (Interlocked.CompareExchange(ref _known, head, null) is null)
            _head.TrySetResult(head);
    }

    /// <summary>The owner takes an answer that is for nobody else; what has come already comes first.</summary>
    /// <param name="to">The owner's client; null when it has left.</param>
    public void Own(Stream? to) => _owner.TrySetResult(to);

    public void End() => _ended.TrySetResult();

    /// <inheritdoc />
    public void Take(ReadOnlyMemory<byte> bytes)
    {
        if (Known!.Kind != FetchKind.Stored)
        {
            _forOwner.Add(bytes);
            return;
        }

        if (!IsTooLong)
        {
            IsTooLong = _taken + bytes.Length > MaxBytes || Budget?.TryTake(bytes.Length) == false;
            if (IsTooLong)
                Body.KeepNoLonger();
            else
                _taken += bytes.Length;
        }

        Body.Append(bytes);
    }

    /// <inheritdoc />
    public async ValueTask<bool> FlushedAsync()
    {
        if (Known!.Kind == FetchKind.Stored)
            return !IsTooLong || await Body.WaitForRoomAsync(SlowestReader, clock);
        if (_forOwner.Count == 0)
            return true;
        if (await _owner.Task is not { } to)
        {
            _forOwner.Clear();
            if (Known!.Kind == FetchKind.Direct)
                Abort?.Invoke();
            return false;
        }

        foreach (var part in _forOwner)
            await to.WriteAsync(part);
        _forOwner.Clear();
        await to.FlushAsync();
        return true;
    }

    /// <summary>Gives back what its body took of the bytes that may be under way.</summary>
    public void GiveBack() => Budget?.GiveBack(Interlocked.Exchange(ref _taken, 0));
}
