using System.IO.Pipelines;

namespace Weir.Stores.Memcached;

/// <summary>
/// One connection. Commands of all callers go out in the order in which they came, several in one write when they come
/// faster than the socket takes them; replies are matched by that order and checked by an opaque number. Once over it stays over.
/// </summary>
internal sealed class MemcachedConnection : IAsyncDisposable
{
    private const int SegmentBytes = 16 * 1024;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Queue<MemcachedPending> _pending = new();
    private readonly Stream _stream;
    private readonly MemcachedOptions _options;
    private readonly TimeProvider _clock;
    private readonly Pipe _out = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _sweep;
    private readonly Task _completion;
    private long _bytes;
    private uint _opaque;
    private long _heardAt;
    private bool _pinged;
    private MemcachedException? _over;

    /// <param name="stream">Connected; owned from here on.</param>
    /// <param name="options">Bounds and times.</param>
    /// <param name="clock">Clock.</param>
    public MemcachedConnection(Stream stream, MemcachedOptions options, TimeProvider clock)
    {
        (_stream, _options, _clock) = (stream, options, clock);
        _heardAt = clock.GetTimestamp();
        _completion = Task.WhenAll(Task.Run(WriteLoopAsync), Task.Run(ReadLoopAsync));
        _sweep = clock.CreateTimer(static self => ((MemcachedConnection)self!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>Ends, without an exception, when the connection is over.</summary>
    public Task Completion => _completion;

    /// <summary>Why it is over; null while it is not.</summary>
    public MemcachedException? Over => Volatile.Read(ref _over);

    /// <summary>Writes a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellation">Gives up waiting; the reply is thrown away when it comes.</param>
    /// <exception cref="MemcachedException">See <see cref="MemcachedFault"/>.</exception>
    public Task<MemcachedReply> SendAsync(MemcachedCommand command, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        MemcachedPending pending;
        lock (_lock)
        {
            if (_over is not null)
                return Task.FromException<MemcachedReply>(new MemcachedException(MemcachedFault.NotConnected, _over.Message, _over));
            if (_pending.Count >= _options.MaxInFlight || (_pending.Count > 0 && _bytes + command.Size > _options.MaxInFlightBytes))
                return Task.FromException<MemcachedReply>(new MemcachedException(MemcachedFault.Full, "As much is under way to Memcached as may be."));
            pending = new MemcachedPending(command.Verb, command.Size, ++_opaque, _clock.GetTimestamp());
            _pending.Enqueue(pending);
            _bytes += pending.Bytes;
            command.WriteTo(_out.Writer, _opaque);
            // No threshold: completes at once and wakes the loop that writes.
#pragma warning disable CA2012
            _ = _out.Writer.FlushAsync(CancellationToken.None);
#pragma warning restore CA2012
        }

        if (cancellation.CanBeCanceled)
            pending.CancelWith(cancellation);
        return pending.Task;
    }

    /// <summary>Ends the connection; everything under way fails.</summary>
    public void Abort(MemcachedException why)
    {
        MemcachedPending[] lost;
        lock (_lock)
        {
            if (_over is not null)
                return;
            _over = why;
            lost = [.. _pending];
            _pending.Clear();
            _out.Writer.Complete();
        }

        _stop.Cancel();
        _stream.Dispose();
        foreach (var pending in lost)
            pending.Fail(why);
    }

    public async ValueTask DisposeAsync()
    {
        Abort(new MemcachedException(MemcachedFault.ConnectionLost, "The connection to Memcached was closed here."));
        await _sweep.DisposeAsync();
        await _completion;
        await _stream.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WriteLoopAsync()
    {
        var reader = _out.Reader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_stop.Token);
                foreach (var segment in read.Buffer)
                    await _stream.WriteAsync(segment, _stop.Token);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Abort(Lost(e));
        }

        await reader.CompleteAsync();
    }

    private async Task ReadLoopAsync()
    {
        var reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 4 * SegmentBytes, minimumReadSize: 4096, leaveOpen: true));
        var replies = new MemcachedReplyReader(_options.MaxValueBytes);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_stop.Token);
                Volatile.Write(ref _heardAt, _clock.GetTimestamp());
                _pinged = false;
                var buffer = read.Buffer;
                while (replies.TryRead(ref buffer, out var reply))
                    Dispatch(reply);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    throw new IOException("Memcached closed the connection.");
            }
        }
        catch (MemcachedException e)
        {
            Abort(e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Abort(Lost(e));
        }

        await reader.CompleteAsync();
    }

    private void Dispatch(in MemcachedReply reply)
    {
        MemcachedPending? pending;
        lock (_lock)
        {
            if (_pending.TryDequeue(out pending))
                _bytes -= pending.Bytes;
        }

        if (pending?.Fits(reply) == true)
        {
            pending.Answer(reply);
            return;
        }

        var fault = new MemcachedException(MemcachedFault.Malformed, "Memcached sent a reply to something else than was asked.");
        pending?.Fail(fault);
        throw fault;
    }

    private void Sweep()
    {
        var now = _clock.GetTimestamp();
        List<MemcachedPending>? late = null;
        lock (_lock)
        {
            if (_over is not null)
                return;
            foreach (var pending in _pending)
            {
                // Equal time-outs: behind one that is in time all are.
                if (_clock.GetElapsedTime(pending.SentAt, now) < _options.CommandTimeout)
                    break;
                if (!pending.Task.IsCompleted)
                    (late ??= []).Add(pending);
            }
        }

        foreach (var pending in late ?? [])
            pending.Fail(new MemcachedException(MemcachedFault.TimedOut, $"Memcached did not answer within {_options.CommandTimeout.TotalMilliseconds:0} ms."));
        var silent = _clock.GetElapsedTime(Volatile.Read(ref _heardAt), now);
        if (silent > _options.PingInterval + _options.CommandTimeout && _pinged)
        {
            Abort(new MemcachedException(MemcachedFault.TimedOut, "Memcached fell silent."));
        }
        else if (silent > _options.PingInterval && !_pinged)
        {
            _pinged = true;
            _ = IgnoreAsync(SendAsync(new MemcachedCommand(MemcachedVerb.Noop), CancellationToken.None));
        }
    }

    private static async Task IgnoreAsync(Task<MemcachedReply> reply) =>
        await ((Task)reply).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static MemcachedException Lost(Exception e) =>
        new(MemcachedFault.ConnectionLost, $"The connection to Memcached was lost: {MemcachedException.Printable(e.Message)}", e);
}
