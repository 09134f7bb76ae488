using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Stores.Tests.Redis;

/// <summary>One connection and a clock that the test moves.</summary>
public sealed class RedisConnectionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_time_for_an_answer_to_PING_runs_from_the_question_whatever_silence_was_before(bool subscriber)
    {
        var pings = 0;
        await using var server = new ScriptedServer(words =>
        {
            if (words != "PING")
                return "+" + words;
            Interlocked.Increment(ref pings);
            return null;
        });
        var clock = new FakeTimeProvider();
        var heard = 0;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        await using var connection = new RedisConnection(
            new NetworkStream(socket, ownsSocket: true),
            new RedisOptions { Endpoints = [], PingInterval = TimeSpan.FromSeconds(5), CommandTimeout = TimeSpan.FromSeconds(1) },
            clock,
            subscriber ? _ => Interlocked.Increment(ref heard) : null);

        // The process stood still, and its timers catch up.
        clock.SkipTo(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Null(connection.Over);
        await Client.UntilAsync(() => Volatile.Read(ref pings) == 1, "asked once");

        clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(RedisFault.TimedOut, connection.Over!.Fault);
    }

    [Fact]
    public async Task What_is_heard_after_PING_is_an_answer_and_silence_counts_anew()
    {
        await using var server = new ScriptedServer(words => words == "PING" ? "+PONG" : null);
        var clock = new FakeTimeProvider();
        var heard = 0;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        await using var connection = new RedisConnection(
            new NetworkStream(socket, ownsSocket: true),
            new RedisOptions { Endpoints = [], PingInterval = TimeSpan.FromSeconds(5), CommandTimeout = TimeSpan.FromSeconds(1) },
            clock,
            _ => Interlocked.Increment(ref heard));

        for (var i = 1; i <= 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(5.1));
            await Client.UntilAsync(() => Volatile.Read(ref heard) == i, "answered");
        }

        Assert.Null(connection.Over);
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(RedisFault.TimedOut, connection.Over!.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reply_leaves_nothing_at_the_callers_token_however_early_it_comes(bool replyFirst)
    {
        using var stop = new CancellationTokenSource();
        var replies = new List<WeakReference>();
        for (var i = 0; i < 10; i++)
            replies.Add(Once(replyFirst, stop.Token));
        GC.Collect();

        // The newest may still lie in a register.
        Assert.InRange(replies.Count(r => r.IsAlive), 0, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Once(bool replyFirst, CancellationToken stop)
    {
        var pending = new PendingReply(1, 0, TimeSpan.FromSeconds(1));
        if (replyFirst)
            pending.Answer(default);
        pending.CancelWith(stop);
        if (!replyFirst)
            pending.Answer(default);
        return new WeakReference(pending);
    }
}
