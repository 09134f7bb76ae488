namespace Weir.Stores.Memcached;

/// <summary>Keeps one connection up: when it ends, the next is made after a pause that grows while attempts fail.</summary>
internal sealed class MemcachedLink : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<MemcachedConnection>> _connect;
    private readonly MemcachedOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<MemcachedLink, MemcachedException?> _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private TaskCompletionSource _up = Signal();
    private MemcachedConnection? _connection;

    /// <param name="connect">Makes a connection, or throws a <see cref="MemcachedException"/>.</param>
    /// <param name="options">Pauses.</param>
    /// <param name="clock">Clock.</param>
    /// <param name="changed">Called when a connection is up (null), when it ended, and when an attempt failed.</param>
    public MemcachedLink(
        Func<CancellationToken, Task<MemcachedConnection>> connect, MemcachedOptions options, TimeProvider clock, Action<MemcachedLink, MemcachedException?> changed)
    {
        (_connect, _options, _clock, _changed) = (connect, options, clock, changed);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The connection; null while there is none.</summary>
    public MemcachedConnection? Current => Volatile.Read(ref _connection) is { Over: null } up ? up : null;

    /// <summary>Waits for a connection.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var up = Volatile.Read(ref _up).Task;
            if (Current is not null)
                return;
            await up.WaitAsync(cancellation);
            if (Current is null)
                await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        Volatile.Read(ref _up).TrySetCanceled();
        _stop.Dispose();
    }

    /// <summary>The pause before an attempt: half fixed, half at random, so that a farm of gateways does not come at once.</summary>
    internal static TimeSpan Pause(MemcachedOptions options, int failures, double random)
    {
        var longest = Math.Min(options.MaxBackoff.TotalMilliseconds, options.MinBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (0.5 * random)));
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            MemcachedException why;
            try
            {
                var connection = await _connect(_stop.Token);
                await using (connection)
                {
                    var since = _clock.GetTimestamp();
                    Volatile.Write(ref _connection, connection);
                    _changed(this, null);
                    Volatile.Read(ref _up).TrySetResult();
                    await connection.Completion.WaitAsync(_stop.Token);
                    Volatile.Write(ref _up, Signal());
                    // One that ends as soon as it is made is a failure too.
                    failures = _clock.GetElapsedTime(since) > _options.MaxBackoff ? 0 : failures;
                    why = connection.Over!;
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (MemcachedException e)
            {
                why = e;
            }
            catch (Exception bug)
            {
                why = new MemcachedException(MemcachedFault.NotConnected, $"No connection to Memcached: {MemcachedException.Printable(bug.Message)}", bug);
            }

            Volatile.Write(ref _connection, null);
            _changed(this, why);
            await Task.Delay(Pause(_options, failures++, Random.Shared.NextDouble()), _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Volatile.Write(ref _connection, null);
    }
}
