using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;
using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>
/// Keeps the list of bans in step with the other gateways': changes go out as they are made and come in by subscription; after
/// every new subscription, when messages may have been missed, both sides are read whole and merged.
/// </summary>
internal sealed class BanSharing(
    IRedisClient redis, IBans bans, BanOutbox outbox, StateNames names, StateOptions options, StateMetrics metrics, ILogger logger, TimeProvider clock)
{
    private const int ScanCount = 500;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Two ends as far apart as this are one: each way adds its own few milliseconds. As in <see cref="StateScripts.Change"/>.</summary>
    private static readonly TimeSpan SameEnd = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly byte[] _maxBans = Encoding.ASCII.GetBytes(options.MaxBans.ToString());
    private readonly byte[] _channel = Encoding.ASCII.GetBytes(names.BanChannel);
    private readonly byte[] _replica = Encoding.ASCII.GetBytes(names.Replica);
    private volatile bool _mergeDue;
    private string? _refusal;

    public async Task RunAsync(CancellationToken stop)
    {
        outbox.Filled = Wake;
        using var subscription = redis.Subscribe(names.BanChannel, OnMessage, () =>
        {
            _mergeDue = true;
            Wake();
        });
        var waiting = new List<Ban>();
        while (true)
        {
            await _wake.Reader.ReadAsync(stop);
            try
            {
                waiting.Clear();
                if (!outbox.TakeBans(waiting))
                    _mergeDue = true;
                if (_mergeDue)
                    await MergeAsync(stop);
                else
                    await TellAsync(waiting, stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // What was not told is in the list, or still waits; the merge finds both.
                _mergeDue = true;
                if (e is not RedisException)
                    StateLog.Failed(logger, e, "bans");
                await Task.Delay(Retry, clock, stop);
                Wake();
            }
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task MergeAsync(CancellationToken stop)
    {
        _mergeDue = false;
        // Our lifts first, so that what is read next does not bring the bans back.
        var told = await TellLiftsAsync(stop);
        var read = await ReadAllAsync(stop);
        told += await TellAsync(bans.List(), stop);
        StateLog.InStep(logger, read, told);
    }

    private async Task<int> TellAsync(IReadOnlyList<Ban> changed, CancellationToken stop)
    {
        var told = await TellLiftsAsync(stop);
        for (var i = 0; i < Math.Min(changed.Count, options.MaxBans); i++)
        {
            var ban = changed[i];
            var now = clock.GetUtcNow();
            // Over, or lifted since it was noted.
            if (ban.Until <= now || Exact(ban.Network) is null)
                continue;
            var age = now - ban.From;
            var json = BanWire.Json(new BanDetails(ban.Jail, ban.Reason, Math.Max(1, ban.Count), ban.IsDirect));
            var answer = await SendAsync(ban.Network.ToString(), isBan: true, age, ban.Until is { } until ? until - now : null, json, stop);
            told += answer == StateScripts.Taken ? 1 : 0;
            if (answer == StateScripts.Lifted)
                Lift(ban.Network, ban.From);
        }

        return told;
    }

    private async Task<int> TellLiftsAsync(CancellationToken stop)
    {
        var told = 0;
        foreach (var lift in outbox.Lifts())
        {
            var answer = await SendAsync(lift.Key.ToString(), isBan: false, clock.GetElapsedTime(lift.Value), options.LiftMemory, "{}"u8.ToArray(), stop);
            told += answer == StateScripts.Taken ? 1 : 0;
            outbox.Told(lift);
        }

        return told;
    }

    private async Task<long> SendAsync(string network, bool isBan, TimeSpan age, TimeSpan? rest, byte[] json, CancellationToken stop)
    {
        using var reply = await redis.EvaluateAsync(
            StateScripts.Change,
            [names.BanKey, names.BanEndsKey],
            [
                Encoding.ASCII.GetBytes(network), isBan ? "1"u8.ToArray() : "0"u8.ToArray(), Milliseconds(age), rest is { } left ? Milliseconds(left) : "-1"u8.ToArray(),
                json, _maxBans, _channel, _replica,
            ],
            stop);
        if (reply.IsError)
        {
            if (_refusal != reply.Text)
                StateLog.Refused(logger, "bans", RedisException.Of(reply).Message);
            _refusal = reply.Text;
            throw RedisException.Of(reply);
        }

        _refusal = null;
        if (reply.Integer == StateScripts.Full)
            metrics.BanSkipped("full");
        else if (reply.Integer == StateScripts.Taken)
            metrics.BansSent(1);
        return reply.Integer;
    }

    private async Task<int> ReadAllAsync(CancellationToken stop)
    {
        var read = 0;
        // What is read stands for the moment of Redis' clock, however long the reading takes; taken before, so no end is late.
        var asOf = clock.GetUtcNow();
        var now = await TimeAsync(stop);
        var cursor = "0"u8.ToArray();
        do
        {
            using var page = (await redis.SendAsync(
                RedisCommand.ForKey("HSCAN"u8.ToArray(), names.BanKey, cursor, "COUNT"u8.ToArray(), RedisCommand.Number(ScanCount)), stop)).ThrowIfError();
            if (page.Items.Length != 2)
                break;
            cursor = page.Items[0].Span.ToArray();
            var entries = page.Items[1].Items;
            for (var i = 0; i + 1 < entries.Length; i += 2)
            {
                read++;
                if (BanWire.Entry(entries[i].Span, entries[i + 1].Memory, now) is { } change)
                    Apply(change, asOf);
                else
                    metrics.Malformed("ban");
            }
        }
        while (!cursor.AsSpan().SequenceEqual("0"u8) && read < options.MaxBans);

        return read;
    }

    private async Task<long> TimeAsync(CancellationToken stop)
    {
        using var time = (await redis.SendAsync(RedisCommand.ForKeyAt(0, "TIME"u8.ToArray()), stop)).ThrowIfError();
        return time.Items is [var seconds, var micros] && seconds.TryGetInteger(out var s) && micros.TryGetInteger(out var us)
            ? (s * 1000) + (us / 1000)
            : throw new InvalidOperationException("Redis' TIME is not two numbers.");
    }

    private void OnMessage(ReadOnlyMemory<byte> message)
    {
        if (BanWire.Message(message, out var replica) is not { } change)
            metrics.Malformed("ban");
        else if (replica != names.Replica)
            Apply(change, clock.GetUtcNow());
    }

    private void Apply(BanChange change, DateTimeOffset asOf)
    {
        var happened = asOf - change.Age;
        if (!change.IsBan)
        {
            Lift(change.Network, happened);
            return;
        }

        var until = change.Rest is { } rest ? asOf + rest : (DateTimeOffset?)null;
        if (until <= clock.GetUtcNow() || (Exact(change.Network) is { } known && IsKnown(known, happened, until)))
            return;
        var details = change.Details;
        BanOutbox.Applying(() =>
        {
            var refused = bans.Add(new Ban(
                change.Network, details.Jail, details.Reason, happened, until, details.Count, BanOrigin.Replica, details.IsDirect));
            if (refused is null)
                metrics.BansReceived(1);
            else
                metrics.BanSkipped("refused");
        });
    }

    // Each way moves both of a ban's instants by what it takes, which is no more than a command's time-out.
    private bool IsKnown(Ban known, DateTimeOffset from, DateTimeOffset? until)
    {
        if (known.Until is not { } end || until is not { } other)
            return known.Until is null;
        var isAsLong = (other - from - (end - known.From)).Duration() <= SameEnd;
        return end >= other - SameEnd - (isAsLong ? options.Redis.CommandTimeout : TimeSpan.Zero);
    }

    // A ban made here after the lift stays; the merge tells the others of it. What Redis told before, the lift has ended.
    private void Lift(IPNetwork network, DateTimeOffset happened)
    {
        if (Exact(network) is { } ban && (ban.Origin == BanOrigin.Replica || ban.From <= happened) && bans.Remove(network, BanOrigin.Replica) is not null)
            metrics.BansReceived(1);
    }

    // The list finds by address, the smallest network first. Only where that is one within this one it has to be looked for.
    private Ban? Exact(IPNetwork network) => bans.Find(network.BaseAddress) switch
    {
        null => null,
        { } found when found.Network.Equals(network) => found,
        { } found when found.Network.PrefixLength > network.PrefixLength => bans.List().FirstOrDefault(b => b.Network.Equals(network)),
        _ => null,
    };

    private static ReadOnlyMemory<byte> Milliseconds(TimeSpan time) => RedisCommand.Number(Math.Max(0, (long)time.TotalMilliseconds));
}
