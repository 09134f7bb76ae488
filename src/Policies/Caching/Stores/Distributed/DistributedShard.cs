using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores.Remote;

namespace Weir.Policies.Caching.Stores.Distributed;

/// <summary>
/// Any IDistributedCache. It may be slow, throw what it likes and not know the token: a call is left behind after the time-out, and
/// those left behind count until they end.
/// </summary>
internal sealed class DistributedShard(IDistributedCache cache, TimeSpan timeout, TimeProvider clock) : RemoteShard
{
    /// <summary>Calls under way at once, those left behind included.</summary>
    public const int MaxCalls = 1024;

    private static readonly DistributedCacheEntryOptions Forever = new();
    private int _calls;

    public override string? Down => null;

    public override async ValueTask<ReadOnlySequence<byte>?> ReadAsync(byte[] key, CancellationToken cancel)
    {
        var name = Encoding.ASCII.GetString(key);
        var bytes = await CallAsync(token => cache.GetAsync(name, token), cancel);
        return bytes is null ? null : new ReadOnlySequence<byte>(bytes);
    }

    public override async ValueTask<bool> WriteAsync(byte[] key, EncodedEntry entry, TimeSpan keepFor, CancellationToken cancel)
    {
        var name = Encoding.ASCII.GetString(key);
        var options = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = keepFor };
        await CallAsync(
            async token =>
            {
                if (cache is IBufferDistributedCache buffers)
                    await buffers.SetAsync(name, entry.ToSequence(), options, token);
                else
                    await cache.SetAsync(name, entry.ToArray(), options, token);
                return true;
            },
            cancel);
        return true;
    }

    public override async ValueTask<bool> DeleteAsync(byte[] key, CancellationToken cancel)
    {
        var name = Encoding.ASCII.GetString(key);
        return await CallAsync(
            async token =>
            {
                // It does not say whether there was one.
                await cache.RemoveAsync(name, token);
                return true;
            },
            cancel);
    }

    public override async ValueTask<ulong?> ReadNumberAsync(byte[] key, CancellationToken cancel)
    {
        var name = Encoding.ASCII.GetString(key);
        var bytes = await CallAsync(token => cache.GetAsync(name, token), cancel);
        return bytes?.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null;
    }

    public override async ValueTask WriteNumberAsync(byte[] key, ulong value, bool onlyIfAbsent, CancellationToken cancel)
    {
        var name = Encoding.ASCII.GetString(key);
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        await CallAsync(
            async token =>
            {
                await cache.SetAsync(name, bytes, Forever, token);
                return true;
            },
            cancel);
    }

    public override StoreFault FaultOf(Exception exception) => exception switch
    {
        TimeoutException or OperationCanceledException => StoreFault.TimedOut,
        TooManyCallsException => StoreFault.Full,
        _ => StoreFault.Failed,
    };

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _calls) > MaxCalls)
        {
            Interlocked.Decrement(ref _calls);
            throw new TooManyCallsException();
        }

        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = RunAsync(call, limit);
        try
        {
            return await running.WaitAsync(timeout, clock, cancel);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            // Its own fault, if it still has one, is nobody's business.
            _ = running.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            try
            {
                await limit.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended.
            }

            throw;
        }
    }

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationTokenSource limit)
    {
        try
        {
            return await call(limit.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
            limit.Dispose();
        }
    }
}
