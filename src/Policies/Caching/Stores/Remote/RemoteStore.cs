using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>
/// What the stores on other machines have in common: names, format, generations, and that no fault of theirs reaches a request,
/// nor delays one for longer than one time-out of a few calls.
/// </summary>
internal abstract class RemoteStore : ICacheStore
{
    private readonly byte[] _prefix;
    private readonly RemotePlace[] _places;
    private readonly StoreMetrics _metrics;
    private readonly ILogger _logger;
    private volatile bool _disposed;

    /// <param name="name">See <see cref="ICacheStore.Name"/>.</param>
    /// <param name="prefix">Of all keys, at most <see cref="RemoteKeys.MaxPrefix"/> characters of ASCII without blanks.</param>
    /// <param name="maxEntryBytes">See <see cref="ICacheStore.MaxEntryBytes"/>.</param>
    /// <param name="places">Servers, by the index of <see cref="PlaceOf"/>.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    protected RemoteStore(string name, string prefix, long maxEntryBytes, IEnumerable<RemotePlace> places, StoreMetrics metrics, ILogger logger)
    {
        (Name, MaxEntryBytes, _metrics, _logger) = (name, maxEntryBytes, metrics, logger);
        _prefix = Encoding.ASCII.GetBytes(prefix);
        _places = [.. places];
    }

    public string Name { get; }

    public long MaxEntryBytes { get; }

    public StoreFigures Figures => new(null, null, null, 0, State());

    public async ValueTask<CacheEntry?> GetAsync(CacheKey key, ReadOnlyMemory<byte> keyText, CancellationToken cancel)
    {
        var place = PlaceFor(key);
        if (!IsReady(place))
            return null;
        try
        {
            var name = RemoteKeys.Entry(_prefix, await place.Generation.GetAsync(cancel), key);
            if (place.Lost.Has(key))
            {
                await place.Shard.DeleteAsync(name, cancel);
                place.Lost.Forget(key);
                Succeeded(place);
                return null;
            }

            var bytes = await place.Shard.ReadAsync(name, cancel);
            Succeeded(place);
            return bytes is { } found ? Decode(found, keyText.Span) : null;
        }
        catch (Exception e)
        {
            if (IsOurs(e, cancel))
                throw;
            Failed(place, e);
            return null;
        }
    }

    public async ValueTask<bool> SetAsync(CacheKey key, CacheEntry entry, TimeSpan keepFor, CancellationToken cancel)
    {
        if (keepFor <= TimeSpan.Zero || (entry as CachedResponse)?.Body.Length > MaxEntryBytes)
            return false;
        var place = PlaceFor(key);
        if (!IsReady(place))
            return false;
        try
        {
            if (await StoredBody.EncodeAsync(entry, cancel) is not { } encoded || encoded.Length > MaxEntryBytes)
                return false;
            var name = RemoteKeys.Entry(_prefix, await place.Generation.GetAsync(cancel), key);
            var stored = await place.Shard.WriteAsync(name, encoded, keepFor, cancel);
            Succeeded(place);
            if (stored)
                place.Lost.Forget(key);
            return stored;
        }
        catch (Exception e)
        {
            if (IsOurs(e, cancel))
                throw;
            Failed(place, e);
            return false;
        }
    }

    public async ValueTask<bool> RemoveAsync(CacheKey key, CancellationToken cancel)
    {
        var place = PlaceFor(key);
        if (!IsReady(place))
        {
            Lose(place, key);
            return false;
        }

        try
        {
            var name = RemoteKeys.Entry(_prefix, await place.Generation.GetAsync(cancel), key);
            var was = await place.Shard.DeleteAsync(name, cancel);
            place.Lost.Forget(key);
            Succeeded(place);
            return was;
        }
        catch (Exception e)
        {
            // The server may have done it; that is not known here.
            Lose(place, key);
            if (IsOurs(e, cancel))
                throw;
            Failed(place, e);
            return false;
        }
    }

    public async ValueTask ClearAsync(CancellationToken cancel) => await Task.WhenAll(_places.Select(p => ClearAsync(p, cancel)));

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await CloseAsync();
    }

    /// <summary>Index of a key's server.</summary>
    protected abstract int PlaceOf(CacheKey key);

    /// <summary>Ends the client. Called once.</summary>
    protected abstract ValueTask CloseAsync();

    // Only the caller's own giving up is the caller's to hear of.
    private static bool IsOurs(Exception e, CancellationToken cancel) => e is OperationCanceledException && cancel.IsCancellationRequested;

    private RemotePlace PlaceFor(CacheKey key) => _places.Length == 1 ? _places[0] : _places[PlaceOf(key)];

    private async Task ClearAsync(RemotePlace place, CancellationToken cancel)
    {
        if (!IsReady(place))
        {
            place.Generation.RenewLater();
            return;
        }

        try
        {
            await place.Generation.RenewAsync(cancel);
            place.Lost.Clear();
            Succeeded(place);
        }
        catch (Exception e)
        {
            if (IsOurs(e, cancel))
                throw;
            Failed(place, e);
        }
    }

    private CacheEntry? Decode(ReadOnlySequence<byte> bytes, ReadOnlySpan<byte> keyText)
    {
        var fault = EntryCodec.Decode(bytes, keyText, out var entry);
        if (fault != EntryFault.None)
        {
            _metrics.Failed(Name, fault switch
            {
                EntryFault.OtherVersion => StoreFault.OtherVersion,
                EntryFault.OtherKey => StoreFault.OtherKey,
                _ => StoreFault.Damaged,
            });
        }

        return entry;
    }

    private bool IsReady(RemotePlace place)
    {
        if (_disposed)
            return false;
        if (place.Circuit.IsOpen)
        {
            if (place.Circuit.MayTry())
                _ = TryAgainAsync(place);
            _metrics.Failed(Name, StoreFault.LeftAlone);
            return false;
        }

        if (place.Shard.Down is null)
            return true;
        // Fails at once by itself: no need to leave it alone, and the first request after it is back finds it.
        _metrics.Failed(Name, StoreFault.NotConnected);
        return false;
    }

    private async Task TryAgainAsync(RemotePlace place)
    {
        try
        {
            await place.Generation.LoadAsync();
            Succeeded(place);
        }
        catch (Exception e)
        {
            _metrics.Failed(Name, place.Shard.FaultOf(e));
            place.Circuit.TryFailed();
        }
    }

    private void Succeeded(RemotePlace place)
    {
        if (place.Circuit.Succeeded())
            StoreLog.Back(_logger, Name, place.Name);
    }

    private void Failed(RemotePlace place, Exception e)
    {
        if (_disposed)
            return;
        var fault = place.Shard.FaultOf(e);
        _metrics.Failed(Name, fault);
        if (fault is StoreFault.Failed or StoreFault.TimedOut && place.Circuit.Failed())
            StoreLog.LeftAlone(_logger, Name, place.Name, place.Circuit.Pause, e.Message);
    }

    private void Lose(RemotePlace place, CacheKey key)
    {
        if (_disposed || place.Lost.Add(key))
            return;
        StoreLog.TooManyLost(_logger, LostRemovals.Max, Name, place.Name);
        place.Generation.RenewLater();
        place.Lost.Clear();
    }

    private string State()
    {
        var wrong = new List<string>();
        foreach (var place in _places)
        {
            if (place.Circuit.IsOpen)
                wrong.Add($"{place.Name}: left alone since {place.Circuit.Since:u}");
            else if (place.Shard.Down is { } why)
                wrong.Add($"{place.Name}: {why}");
        }

        return _disposed ? "closed" : wrong.Count == 0 ? "ok" : string.Join("; ", wrong);
    }
}
