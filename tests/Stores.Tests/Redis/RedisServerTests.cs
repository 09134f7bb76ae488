using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Stores.Tests.Redis;

/// <summary>The client and a real redis-server.</summary>
public sealed class RedisServerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_callers_share_a_few_connections_and_each_gets_its_own_reply(bool resp3)
    {
        await using var server = await RedisServer.StartAsync();
        using var meters = new TestMeters();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port, resp3), meters);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async caller =>
        {
            for (var i = 0; i < 50; i++)
            {
                Assert.Equal("OK", await client.TextAsync("SET", $"k{caller}-{i}", $"v{caller}-{i}"));
                Assert.Equal($"v{caller}-{i}", await client.TextAsync("GET", $"k{caller}-{i}"));
            }
        }));

        Assert.Equal(6400, meters.Sum("weir.redis.commands"));
        Assert.Equal(0, meters.Sum("weir.redis.failures"));
        Assert.InRange(meters.Sum("weir.redis.connections"), 1, 2);
        Assert.True(meters.Sum("weir.redis.command.duration") > 0);
    }

    [Fact]
    public async Task Large_binary_values_come_back_as_they_went()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port));
        var value = new byte[20_000_000];
        new Random(7).NextBytes(value);

        using var set = await client.SendAsync(RedisCommand.ForKey("SET"u8.ToArray(), "big"u8.ToArray(), value));
        using var got = await client.SendAsync(RedisCommand.ForKey("GET"u8.ToArray(), "big"u8.ToArray()));

        Assert.Equal("OK", set.Text);
        Assert.True(got.Span.SequenceEqual(value));
    }

    [Fact]
    public async Task A_value_past_the_bound_ends_the_connection_with_a_typed_error_and_the_next_goes_on()
    {
        await using var server = await RedisServer.StartAsync();
        var options = Client.Options(server.Port, connections: 1);
        await using var client = await Client.ConnectAsync(new RedisOptions
        {
            Endpoints = options.Endpoints,
            Limits = new RedisLimits { MaxReplyBytes = 1000 },
            MinBackoff = options.MinBackoff,
            CommandTimeout = options.CommandTimeout,
            ConnectTimeout = options.ConnectTimeout,
        });
        await client.TextAsync("SET", "k", new string('x', 2000));

        var error = await Assert.ThrowsAsync<RedisException>(() => client.TextAsync("GET", "k"));

        Assert.Equal(RedisFault.Malformed, error.Fault);
        await Client.UntilAsync(() => client.IsConnected, "connected again");
        Assert.Equal("1", await client.TextAsync("EXISTS", "k"));
    }

    [Fact]
    public async Task The_servers_error_is_a_reply()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port));

        using var reply = await client.SendAsync(Client.Of("NOSUCHTHING"));

        Assert.True(reply.IsError);
        Assert.Equal(RedisFault.Server, Assert.Throws<RedisException>(() => reply.ThrowIfError()).Fault);
    }

    [Fact]
    public async Task What_is_past_the_bound_of_commands_under_way_fails_at_once()
    {
        await using var server = await RedisServer.StartAsync();
        using var meters = new TestMeters();
        await using var client = await Client.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", server.Port)], MaxInFlight = 2, CommandTimeout = Client.Patience, ConnectTimeout = Client.Patience }, meters);

        var waiting = new[] { client.SendAsync(Client.Of("BLPOP", "none", "0")).AsTask(), client.SendAsync(Client.Of("PING")).AsTask() };
        var error = await Assert.ThrowsAsync<RedisException>(async () => await client.SendAsync(Client.Of("PING")));

        Assert.Equal((RedisFault.Full, true), (error.Fault, error.WasNotSent));
        Assert.Equal(1, meters.Sum("weir.redis.failures/full"));
        await server.CliAsync("RPUSH", "none", "x");
        Assert.Equal("PONG", (await waiting[1]).Text);
    }

    [Fact]
    public async Task Bytes_under_way_are_bounded_but_a_single_large_command_passes()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", server.Port)], MaxInFlightBytes = 1000, CommandTimeout = Client.Patience, ConnectTimeout = Client.Patience });
        Assert.Equal("OK", await client.TextAsync("SET", "k", new string('x', 5000)));

        var blocked = client.SendAsync(Client.Of("BLPOP", "none", "0")).AsTask();
        var error = await Assert.ThrowsAsync<RedisException>(() => client.TextAsync("SET", "k", new string('x', 5000)));

        Assert.Equal(RedisFault.Full, error.Fault);
        await server.CliAsync("RPUSH", "none", "x");
        await blocked;
    }

    [Fact]
    public async Task A_late_reply_is_a_time_out_for_its_command_only()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", server.Port)], CommandTimeout = TimeSpan.FromMilliseconds(300), ConnectTimeout = Client.Patience });

        var error = await Assert.ThrowsAsync<RedisException>(async () => await client.SendAsync(Client.Of("BLPOP", "none", "0")));
        await server.CliAsync("RPUSH", "none", "x");

        Assert.Equal((RedisFault.TimedOut, false), (error.Fault, error.WasNotSent));
        Assert.Equal("hello", await EventuallyAsync(() => client.TextAsync("ECHO", "hello")));
    }

    [Fact]
    public async Task A_caller_may_give_up_and_the_others_replies_stay_their_own()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port, connections: 1));
        using var stop = new CancellationTokenSource();

        var given = client.SendAsync(Client.Of("BLPOP", "none", "0"), stop.Token).AsTask();
        var kept = client.TextAsync("ECHO", "mine");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await server.CliAsync("RPUSH", "none", "x");

        Assert.Equal("mine", await kept);
    }

    [Fact]
    public async Task A_user_of_the_access_list_signs_in_and_may_do_only_its_commands()
    {
        await using var server = await RedisServer.StartAsync("user default off", "user weir on >s3cret ~weir:* &weir:* +get +set +hello +select +client|setname");
        var wrong = Options("nonsense");
        await using var refused = Client.New(wrong);
        await Client.UntilAsync(() => refused.LastError is not null, "refused");
        Assert.Contains("WRONGPASS", refused.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", refused.LastError, StringComparison.Ordinal);

        foreach (var resp3 in new[] { true, false })
        {
            await using var client = await Client.ConnectAsync(Options("s3cret", resp3));
            Assert.Equal("OK", await client.TextAsync("SET", "weir:a", "1"));
            using var reply = await client.SendAsync(Client.Of("KEYS", "*"));
            Assert.Equal(RedisFault.Denied, Assert.Throws<RedisException>(() => reply.ThrowIfError()).Fault);
        }

        RedisOptions Options(string password, bool resp3 = true) => new()
        {
            Endpoints = [new("127.0.0.1", server.Port)],
            User = "weir",
            Password = () => password,
            UseResp3 = resp3,
            Database = 1,
            ClientName = "weir-test",
            ConnectTimeout = Client.Patience,
            CommandTimeout = Client.Patience,
        };
    }

    [Fact]
    public async Task Connections_carry_their_name_and_database()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", server.Port)], ClientName = "weir-test", Database = 3, ConnectTimeout = Client.Patience, CommandTimeout = Client.Patience });
        var list = await server.CliAsync("CLIENT", "LIST");

        Assert.Contains("name=weir-test", list, StringComparison.Ordinal);
        Assert.Contains("db=3", list, StringComparison.Ordinal);
        Assert.Contains("resp=3", await server.CliAsync("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_know_HELLO_is_spoken_to_in_RESP2()
    {
        await using var server = await RedisServer.StartAsync("rename-command HELLO \"\"", "requirepass pw");
        await using var client = await Client.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", server.Port)], Password = () => "pw", ClientName = "old", ConnectTimeout = Client.Patience, CommandTimeout = Client.Patience });

        Assert.Equal("OK", await client.TextAsync("SET", "a", "1"));
    }

    [Fact]
    public async Task A_Unix_socket_serves_too()
    {
        await using var server = await RedisServer.StartAsync();
        Assert.True(RedisUrl.TryParse($"unix://{server.UnixSocket}", out var url));
        await using var client = await Client.ConnectAsync(new RedisOptions { Endpoints = [url.Endpoint], ConnectTimeout = Client.Patience, CommandTimeout = Client.Patience });

        Assert.Equal("OK", await client.TextAsync("SET", "a", "1"));
    }

    [Fact]
    public async Task A_killed_server_fails_commands_at_once_and_is_found_again()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port));
        var changes = 0;
        client.Changed += () => Interlocked.Increment(ref changes);
        var blocked = client.SendAsync(Client.Of("BLPOP", "none", "0")).AsTask();

        await server.KillAsync();
        Assert.Equal(RedisFault.ConnectionLost, (await Assert.ThrowsAsync<RedisException>(() => blocked)).Fault);
        await Client.UntilAsync(() => !client.IsConnected, "lost");
        Assert.Equal(RedisFault.NotConnected, (await Assert.ThrowsAsync<RedisException>(() => client.TextAsync("GET", "a"))).Fault);
        await Client.UntilAsync(() => client.LastError is not null, "an error to tell");

        await server.RestartAsync();
        await Client.UntilAsync(() => client.IsConnected, "back");
        Assert.Equal("OK", await EventuallyAsync(() => client.TextAsync("SET", "a", "1")));
        Assert.True(changes >= 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_arrive_also_after_the_server_was_away(bool resp3)
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port, resp3));
        var messages = new ConcurrentQueue<string>();
        var subscribed = 0;
        using var subscription = client.Subscribe("news", m => messages.Enqueue(Encoding.UTF8.GetString(m.Span)), () => Interlocked.Increment(ref subscribed));
        await Client.UntilAsync(() => subscribed == 1, "subscribed");
        await client.TextAsync("PUBLISH", "news", "one");
        await Client.UntilAsync(() => messages.Count == 1, "one");

        await server.KillAsync();
        await server.RestartAsync();
        await Client.UntilAsync(() => subscribed == 2 && client.IsConnected, "subscribed again");
        await EventuallyAsync(() => client.TextAsync("PUBLISH", "news", "two"));
        await Client.UntilAsync(() => messages.Count == 2, "two");

        Assert.Equal(["one", "two"], messages);
    }

    [Fact]
    public async Task A_quiet_subscriber_stays_connected()
    {
        foreach (var resp3 in new[] { true, false })
        {
            await using var server = await RedisServer.StartAsync();
            await using var client = await Client.ConnectAsync(new RedisOptions
            {
                Endpoints = [new("127.0.0.1", server.Port)],
                UseResp3 = resp3,
                PingInterval = TimeSpan.FromMilliseconds(100),
                CommandTimeout = Client.Patience,
                ConnectTimeout = Client.Patience,
            });
            var subscribed = 0;
            using var subscription = client.Subscribe("quiet", _ => { }, () => Interlocked.Increment(ref subscribed));
            var pings = 0;
            for (var clock = Stopwatch.StartNew(); pings < 4 && clock.Elapsed < Client.Patience; await Task.Delay(50))
            {
                var line = (await server.CliAsync("INFO", "commandstats")).Split('\n').FirstOrDefault(l => l.StartsWith("cmdstat_ping:calls=", StringComparison.Ordinal));
                pings = line is null ? 0 : int.Parse(line.Split('=', ',')[1]);
            }

            Assert.True(pings >= 4);
            Assert.Equal(1, subscribed);
        }
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_dropped()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(new RedisOptions
        {
            Endpoints = [new("127.0.0.1", server.Port)],
            PingInterval = TimeSpan.FromMilliseconds(200),
            CommandTimeout = TimeSpan.FromMilliseconds(300),
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
        });
        using (var stop = Process.Start("kill", ["-STOP", $"{server.Pid}"]))
            await stop.WaitForExitAsync();
        await Client.UntilAsync(() => !client.IsConnected, "dropped");
        using (var go = Process.Start("kill", ["-CONT", $"{server.Pid}"]))
            await go.WaitForExitAsync();
        await Client.UntilAsync(() => client.IsConnected, "back");
    }

    [Fact]
    public async Task A_script_that_the_server_forgot_is_sent_again()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port));
        var script = new RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");

        for (var i = 1; i <= 3; i++)
        {
            using var reply = await client.EvaluateAsync(script, Client.Bytes("n"), Client.Bytes("5"));
            Assert.Equal(5 * i, reply.Integer);
            if (i == 2)
                await server.CliAsync("SCRIPT", "FLUSH");
        }
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> action)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            try
            {
                return await action();
            }
            catch (RedisException) when (clock.Elapsed < Client.Patience)
            {
            }
        }
    }
}
