using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>
/// Purges through a stream in Redis: each gateway adds its own and reads all since the one it read last, woken by a message, or after
/// <see cref="Poll"/> where that is lost. While Redis is away purges wait. Nothing of the data plane waits for it.
/// </summary>
internal sealed class PurgeSharing : IPurgeSharing, IAsyncDisposable
{
    /// <summary>Purges in the stream, about.</summary>
    public const int MaxLength = 10_000;

    /// <summary>
    /// As far as another gateway's clock is ahead, its time of a purge is believed; so far the clocks of gateways that share a store
    /// may differ.
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    /// <summary>The stream is looked at at least so often.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    // Of one reading: few enough for the bounds of any client.
    private const int PageItems = 100;
    private const int PageBytes = 48 * 1024;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IRedisClient _redis;
    private readonly PurgeNames _names;
    private readonly PurgeOutbox _outbox;
    private readonly PurgeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly byte[] _maxLength;
    private readonly byte[] _channel;
    private IPurgeReceiver? _receiver;
    private Task _running = Task.CompletedTask;
    private string? _lastId;
    private string? _toldId;
    private string? _refusal;
    private bool _isStopped;
    private int _isFullSaid;

    /// <param name="redis">Somebody else's: it is not disposed here.</param>
    /// <param name="prefix">What the names of stream and channels begin with. Gateways with one prefix share their purges.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    /// <param name="maxLength">See <see cref="MaxLength"/>.</param>
    public PurgeSharing(IRedisClient redis, string prefix, PurgeMetrics metrics, ILogger logger, TimeProvider clock, int maxLength = MaxLength)
    {
        (_redis, _names, _metrics, _logger, _clock) = (redis, new PurgeNames(prefix), metrics, logger, clock);
        _outbox = new PurgeOutbox(clock);
        _maxLength = Encoding.ASCII.GetBytes(maxLength.ToString(CultureInfo.InvariantCulture));
        _channel = Encoding.UTF8.GetBytes(_names.Channel);
    }

    /// <inheritdoc />
    public int Waiting => _outbox.Count;

    /// <inheritdoc />
    public async Task<bool> StartAsync(string? lastId, IPurgeReceiver receiver, TimeSpan atMost, CancellationToken cancel)
    {
        (_lastId, _receiver) = (lastId, receiver);
        _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
        try
        {
            await _caughtUp.Task.WaitAsync(atMost, _clock, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask<PurgeTold> PublishAsync(Purge purge, CancellationToken cancel)
    {
        var waiting = new PurgeOutbox.Waiting(purge, _clock.GetTimestamp());
        try
        {
            if (_redis.IsConnected && await TellAsync(waiting, cancel))
                return PurgeTold.Told;
        }
        catch (RedisException)
        {
            // The client has said why; the server may have it or not, and twice does no harm.
        }
        catch (OperationCanceledException)
        {
            Keep(purge);
            throw;
        }

        return Keep(purge) ? PurgeTold.Waiting : PurgeTold.Lost;
    }

    /// <inheritdoc />
    public async Task StopAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        _redis.Changed += Wake;
        await using var poll = _clock.CreateTimer(static self => ((PurgeSharing)self!).Wake(), this, Poll, Poll);
        using var subscription = _redis.Subscribe(_names.Channel, _ => Wake(), Wake);
        Wake();
        try
        {
            while (true)
            {
                await _wake.Reader.ReadAsync(stop);
                if (!_redis.IsConnected)
                    continue;
                try
                {
                    if (await StepAsync(stop))
                        continue;
                    // Redis takes no purges from us.
                    await Task.Delay(Retry, _clock, stop);
                    Wake();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    if (e is not RedisException)
                        PurgeLog.Failed(_logger, e, "purges");
                    await Task.Delay(Retry, _clock, stop);
                    Wake();
                }
            }
        }
        finally
        {
            _redis.Changed -= Wake;
        }
    }

    // Ours first, read last: then ours lie before what was read last, and only a loss of Redis' can take them away.
    private async Task<bool> StepAsync(CancellationToken stop)
    {
        var told = 0;
        var toTell = _outbox.List();
        foreach (var waiting in toTell)
            told += await TellAsync(waiting, stop) ? 1 : 0;
        var read = 0;
        var toldId = Volatile.Read(ref _toldId);
        while (true)
        {
            var (count, hasMore, isGap) = await ReadAsync(stop);
            read += count;
            if (isGap)
                _outbox.TellAgain();
            if (!hasMore)
                break;
        }

        // What was told stands before what is read after it, unless a replica of Redis that had not heard of it has become the master.
        if (IsLater(toldId, _lastId))
        {
            Interlocked.CompareExchange(ref _toldId, null, toldId);
            _outbox.TellAgain();
        }

        if (_outbox.Count > 0)
            Wake();
        if (told > 0)
            Volatile.Write(ref _isFullSaid, 0);
        if (told > 0 || read > 0)
            PurgeLog.InStep(_logger, read, told);
        _receiver!.CaughtUp();
        _caughtUp.TrySetResult();
        return told == toTell.Length;
    }

    private async Task<bool> TellAsync(PurgeOutbox.Waiting waiting, CancellationToken stop)
    {
        var message = PurgeWire.Write(_names.Replica, waiting.Purge, (long)_clock.GetElapsedTime(waiting.Since).TotalMilliseconds);
        using var reply = await _redis.EvaluateAsync(PurgeScripts.Send, [_names.Stream], [message, _maxLength, _channel], stop);
        if (IsRefused(reply))
            return false;
        _outbox.Told(waiting);
        lock (_outbox)
            _toldId = IsLater(reply.Text, _toldId) ? reply.Text : _toldId;
        return true;
    }

    private async Task<(int Read, bool HasMore, bool IsMissed)> ReadAsync(CancellationToken stop)
    {
        var last = _lastId is { } id ? Encoding.ASCII.GetBytes(id) : [];
        using var reply = await _redis.EvaluateAsync(
            PurgeScripts.Read, [_names.Stream], [last, RedisCommand.Number(PageItems), RedisCommand.Number(PageBytes)], stop);
        // After the reply: what is computed from it is late rather than early.
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (IsRefused(reply))
            throw RedisException.Of(reply);
        if (reply.Items is not [{ Integer: var redisNow }, { Integer: var gap }, var first, { Integer: var more }, var page])
            throw new InvalidOperationException("Redis' answer is not what the script returns.");
        var purges = new List<Purge>(page.Items.Length / 2);
        var lastId = _lastId ?? first.Text;
        for (var i = 0; i + 1 < page.Items.Length; i += 2)
        {
            lastId = page.Items[i].Text;
            var message = page.Items[i + 1].Span;
            // The first of a stream purges nothing.
            if (message.IsEmpty)
                continue;
            if (!PurgeWire.TryRead(message, out var replica, out var purge, out var age))
                _metrics.Malformed("purge");
            else if (replica != _names.Replica)
                purges.Add(purge with { At = AtHere(purge.At, LocalTime(lastId, redisNow, now) - age) });
        }

        var isGap = gap == 1;
        var unknownBefore = isGap ? LocalTime(first.Text, redisNow, now) : (long?)null;
        // At the first reading nothing was missed: there was nobody to miss it.
        var isMissed = isGap && _lastId is not null;
        if (isMissed)
        {
            _metrics.Missed();
            PurgeLog.Missed(_logger, DateTimeOffset.FromUnixTimeMilliseconds(unknownBefore!.Value));
        }

        if (purges.Count > 0 || lastId != _lastId)
            await _receiver!.ReceiveAsync(purges, lastId, unknownBefore, stop);
        _lastId = lastId;
        return (purges.Count, more == 1, isMissed);
    }

    /// <summary>
    /// When it was, by the clock here. For what this gateway stored that is exact; what others stored in a common store has their clocks'
    /// times, so the issuer's counts where it is later.
    /// </summary>
    internal static long AtHere(long issued, long here) => Math.Max(here, Math.Min(issued, here + (long)ClockTolerance.TotalMilliseconds));

    /// <summary>Of two ids of the stream; none is before all.</summary>
    internal static bool IsLater(string? one, string? other)
    {
        var ((time, number), (otherTime, otherNumber)) = (Parts(one), Parts(other));
        return time != otherTime ? time > otherTime : number > otherNumber;
    }

    private static long LocalTime(string id, long redisNow, long now) => Parts(id) is ( >= 0, _) and var (then, _) ? now - Math.Max(0, redisNow - then) : now;

    // Milliseconds of Redis' clock, a dash, and a number that tells apart what is of one millisecond.
    private static (long Time, long Number) Parts(string? id)
    {
        var dash = id?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        return dash > 0 && long.TryParse(id.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && long.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (time, number) : (-1, -1);
    }

    private bool IsRefused(RedisReply reply)
    {
        if (!reply.IsError)
        {
            _refusal = null;
            return false;
        }

        var why = RedisException.Of(reply).Message;
        if (_refusal != why)
            PurgeLog.Refused(_logger, why);
        _refusal = why;
        return true;
    }

    private bool Keep(in Purge purge)
    {
        if (_outbox.Add(purge))
        {
            Wake();
            return true;
        }

        _metrics.Dropped("purge");
        if (Interlocked.Exchange(ref _isFullSaid, 1) == 0)
            PurgeLog.OutboxFull(_logger, PurgeOutbox.MaxWaiting);
        return false;
    }

    private void Wake() => _wake.Writer.TryWrite(true);
}
