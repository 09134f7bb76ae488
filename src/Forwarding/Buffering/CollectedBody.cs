using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Weir.Forwarding.Buffering;

/// <summary>
/// One collected body and what it holds. Pooled; the server's end-of-request callback gives everything back that nothing
/// else did and returns it, so no path can leak it.
/// </summary>
internal sealed class CollectedBody : ICollectedBody
{
    /// <summary>Kept for reuse: about as many as requests with a body that a gateway has in flight.</summary>
    private const int Pooled = 4096;

    private static readonly ObjectPool<CollectedBody> Pool =
        new DefaultObjectPool<CollectedBody>(new DefaultPooledObjectPolicy<CollectedBody>(), Pooled);

    private SpoolBudget _budget = null!;
    private long _charged;
    private Spool? _spool;

    /// <inheritdoc />
    public long Length => _spool?.Length ?? _charged;

    /// <inheritdoc />
    public bool IsInReader => _spool is null;

    private Spool Spooled => _spool ?? throw new InvalidOperationException("The body is in the request's reader.");

    /// <summary>Makes a body for a request and ties its end to the request's.</summary>
    public static CollectedBody Issue(HttpContext context, SpoolBudget budget)
    {
        var body = Pool.Get();
        body._budget = budget;
        context.Response.OnCompleted(static b => ((CollectedBody)b).EndAsync(), body);
        return body;
    }

    /// <summary>Charges the bytes in the request's reader; false when there is no memory for them.</summary>
    public bool TryCharge(long inReader)
    {
        if (!_budget.TryReserveMemory(SpoolKind.Upload, inReader - _charged))
            return false;
        _charged = inReader;
        return true;
    }

    /// <summary>From now on the bytes are in a spool; what the reader's were charged is given back.</summary>
    public void MoveTo(Spool spool)
    {
        Uncharge();
        _spool = spool;
    }

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync() => Spooled.ReadAsync();

    /// <inheritdoc />
    public void Advance(int bytes) => Spooled.Advance(bytes);

    /// <inheritdoc />
    public void Rewind() => Spooled.Rewind();

    /// <inheritdoc />
    public void Release() => _spool?.Dispose();

    private void Uncharge()
    {
        if (_charged > 0)
            _budget.ReturnMemory(SpoolKind.Upload, _charged);
        _charged = 0;
    }

    private Task EndAsync()
    {
        _spool?.Dispose();
        _spool = null;
        Uncharge();
        _budget = null!;
        Pool.Return(this);
        return Task.CompletedTask;
    }
}
