using System.IO.Pipelines;

namespace Weir.Stores.Redis;

/// <summary>
/// One connection. Commands of all callers go out in the order in which they came, several in one write when they come
/// faster than the socket takes them; replies are matched by that order. Once over it stays over.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int SegmentBytes = 16 * 1024;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(50);
    private static readonly RedisCommand Ping = RedisCommand.Of("PING"u8.ToArray());
    private static readonly RedisCommand Asking = RedisCommand.Of("ASKING"u8.ToArray());

    private readonly Lock _lock = new();
    private readonly Queue<PendingReply> _pending = new();
    private readonly Stream _stream;
    private readonly RedisOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<RedisReply>? _onPush;
    private readonly Pipe _out = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _sweep;
    private readonly Task _completion;
    private long _bytes;
    private long _heardAt;
    // 0 for none: no answer is awaited.
    private long _pingedAt;
    private RedisException? _over;

    /// <param name="stream">Connected; owned from here on.</param>
    /// <param name="options">Bounds and times.</param>
    /// <param name="clock">Clock.</param>
    /// <param name="onPush">Given by a subscriber: gets what comes without a command; the bytes are valid only meanwhile.</param>
    public RedisConnection(Stream stream, RedisOptions options, TimeProvider clock, Action<RedisReply>? onPush = null)
    {
        (_stream, _options, _clock, _onPush) = (stream, options, clock, onPush);
        _heardAt = clock.GetTimestamp();
        _completion = Task.WhenAll(Task.Run(WriteLoopAsync), Task.Run(ReadLoopAsync));
        _sweep = clock.CreateTimer(static self => ((RedisConnection)self!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>Ends, without an exception, when the connection is over.</summary>
    public Task Completion => _completion;

    /// <summary>Why it is over; null while it is not.</summary>
    public RedisException? Over => Volatile.Read(ref _over);

    /// <summary>Commands without a reply.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
                return _pending.Count;
        }
    }

    /// <summary>Writes a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="asking">Puts ASKING in front, for a slot that is moving here.</param>
    /// <param name="cancellation">Gives up waiting; the reply is thrown away when it comes.</param>
    /// <exception cref="RedisException">See <see cref="RedisFault"/>.</exception>
    public Task<RedisReply> SendAsync(RedisCommand command, bool asking, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var pending = new PendingReply(command.Size, _clock.GetTimestamp(), _options.CommandTimeout);
        lock (_lock)
        {
            if (_over is not null)
                return Task.FromException<RedisReply>(new RedisException(RedisFault.NotConnected, _over.Message, _over));
            if (_pending.Count + (asking ? 1 : 0) >= _options.MaxInFlight || (_pending.Count > 0 && _bytes + command.Size > _options.MaxInFlightBytes))
                return Task.FromException<RedisReply>(new RedisException(RedisFault.Full, "As much is under way to Redis as may be."));
            if (asking)
                Write(Asking, new PendingReply(Asking.Size, pending.SentAt, pending.Timeout));
            Write(command, pending);
        }

        if (cancellation.CanBeCanceled)
            pending.CancelWith(cancellation);
        return pending.Task;
    }

    /// <summary>Writes a command that has no reply of its own: SUBSCRIBE. False when the connection is over.</summary>
    public bool Post(RedisCommand command)
    {
        lock (_lock)
        {
            if (_over is not null)
                return false;
            Write(command, null);
            return true;
        }
    }

    /// <summary>Ends the connection; everything under way fails.</summary>
    public void Abort(RedisException why)
    {
        PendingReply[] lost;
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
        Abort(new RedisException(RedisFault.ConnectionLost, "The connection to Redis was closed here."));
        await _sweep.DisposeAsync();
        await _completion;
        await _stream.DisposeAsync();
        _stop.Dispose();
    }

    private void Write(RedisCommand command, PendingReply? pending)
    {
        if (pending is not null)
        {
            _pending.Enqueue(pending);
            _bytes += pending.Bytes;
        }

        command.WriteTo(_out.Writer);
        // No threshold: completes at once and wakes the loop that writes.
#pragma warning disable CA2012
        _ = _out.Writer.FlushAsync(CancellationToken.None);
#pragma warning restore CA2012
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
        using var replies = new RedisReplyReader(_options.Limits);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_stop.Token);
                Volatile.Write(ref _heardAt, _clock.GetTimestamp());
                var buffer = read.Buffer;
                while (replies.TryRead(ref buffer, out var reply))
                    Dispatch(reply);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    throw new IOException("Redis closed the connection.");
            }
        }
        catch (RedisException e)
        {
            Abort(e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Abort(Lost(e));
        }

        await reader.CompleteAsync();
    }

    private void Dispatch(RedisReply reply)
    {
        PendingReply? pending = null;
        if (reply.Kind != RedisReplyKind.Push)
        {
            lock (_lock)
            {
                if (_pending.TryDequeue(out pending))
                    _bytes -= pending.Bytes;
            }
        }

        if (pending is not null)
        {
            pending.Answer(reply);
            return;
        }

        // A subscriber with RESP2 gets its messages as plain arrays, and the PONG of a PING that has no place in the queue.
        if (_onPush is null && reply.Kind != RedisReplyKind.Push)
            throw new RedisException(RedisFault.Malformed, "Redis sent a reply that nobody had asked for.");
        _onPush?.Invoke(reply);
        reply.Dispose();
    }

    private void Sweep()
    {
        var now = _clock.GetTimestamp();
        List<PendingReply>? late = null;
        lock (_lock)
        {
            if (_over is not null)
                return;
            foreach (var pending in _pending)
            {
                // Equal time-outs: behind one that is in time all are.
                if (_clock.GetElapsedTime(pending.SentAt, now) < pending.Timeout)
                    break;
                if (!pending.Task.IsCompleted)
                    (late ??= []).Add(pending);
            }
        }

        foreach (var pending in late ?? [])
            pending.Fail(new RedisException(RedisFault.TimedOut, $"Redis did not answer within {_options.CommandTimeout.TotalMilliseconds:0} ms."));
        AskIfSilent(now);
    }

    // The time for an answer runs from the question: after a pause of this process itself, silence
    // before it proves nothing.
    private void AskIfSilent(long now)
    {
        var heardAt = Volatile.Read(ref _heardAt);
        var asked = Volatile.Read(ref _pingedAt);
        if (asked != 0 && heardAt < asked)
        {
            if (_clock.GetElapsedTime(asked, now) > _options.CommandTimeout)
                Abort(new RedisException(RedisFault.TimedOut, "Redis fell silent."));
        }
        else if (_clock.GetElapsedTime(heardAt, now) > _options.PingInterval)
        {
            Volatile.Write(ref _pingedAt, now);
            if (_onPush is not null)
                Post(Ping);
            else
                _ = IgnoreAsync(SendAsync(Ping, asking: false, CancellationToken.None));
        }
        else
        {
            Volatile.Write(ref _pingedAt, 0);
        }
    }

    private static async Task IgnoreAsync(Task<RedisReply> reply) =>
        await ((Task)reply).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static RedisException Lost(Exception e) => new(RedisFault.ConnectionLost, $"The connection to Redis was lost: {RedisException.Printable(e.Message)}", e);
}
