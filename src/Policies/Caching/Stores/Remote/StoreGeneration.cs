using System.Security.Cryptography;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>
/// A random number that lies in the store and stands in every key: writing another one forgets all entries at once, for every
/// gateway, and what is left of them expires. It is read again each <see cref="Refresh"/>, beside the requests; a gateway that has
/// not looked for <see cref="Stale"/> looks before it uses anything.
/// </summary>
internal sealed class StoreGeneration(RemoteShard shard, byte[] key, TimeProvider clock)
{
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Known? _known;
    private Task<ulong>? _loading;
    private bool _mustRenew;
    private int _epoch;

    public ValueTask<ulong> GetAsync(CancellationToken cancel)
    {
        var known = Volatile.Read(ref _known);
        var age = known is null ? Stale : clock.GetElapsedTime(known.At);
        if (age < Refresh)
            return new(known!.Value);
        var loading = Load();
        return age < Stale ? new(known!.Value) : new(loading.WaitAsync(cancel));
    }

    /// <summary>Looks now.</summary>
    public Task<ulong> LoadAsync() => Load();

    /// <summary>Forgets all entries.</summary>
    public async Task RenewAsync(CancellationToken cancel)
    {
        // Should it fail or be given up, the next look-up does it.
        RenewLater();
        await Load().WaitAsync(cancel);
    }

    /// <summary>Forgets all entries as soon as the store can be reached; until then every look-up is a miss here.</summary>
    public void RenewLater()
    {
        lock (_lock)
        {
            _epoch++;
            (_mustRenew, _known, _loading) = (true, null, null);
        }
    }

    private Task<ulong> Load()
    {
        lock (_lock)
        {
            if (_loading is not null)
                return _loading;
            var loading = LoadAsync(_epoch, _mustRenew);
            if (!loading.IsCompleted)
                _loading = loading;
            // Observed, whether or not somebody waits.
            _ = loading.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return loading;
        }
    }

    private async Task<ulong> LoadAsync(int epoch, bool renew)
    {
        await Task.Yield();
        try
        {
            var since = clock.GetTimestamp();
            var value = renew ? null : await shard.ReadNumberAsync(key, CancellationToken.None);
            if (value is null)
            {
                var random = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
                await shard.WriteNumberAsync(key, random, onlyIfAbsent: !renew, CancellationToken.None);
                // Another gateway may have been faster: what lies there counts.
                value = renew ? random : await shard.ReadNumberAsync(key, CancellationToken.None)
                    ?? throw new IOException("The store does not keep what it is given.");
            }

            lock (_lock)
            {
                if (epoch == _epoch)
                    (_known, _mustRenew, _loading) = (new Known(value.Value, since), false, null);
            }

            return value.Value;
        }
        catch (Exception e)
        {
            lock (_lock)
            {
                if (epoch == _epoch)
                    _loading = null;
            }

            // Nobody's token was given, so this is a client's way to say that it took too long.
            if (e is OperationCanceledException)
                throw new TimeoutException("The store did not answer.", e);
            throw;
        }
    }

    private sealed record Known(ulong Value, long At);
}
