using System.Text;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Stores.Tests.Redis;

/// <summary>Several servers of which one is used.</summary>
public sealed class RedisHomeTests
{
    private static readonly RedisScript Write = new("redis.call('SET', KEYS[1], 'x') return 1");

    [Fact]
    public async Task All_connections_are_at_one_server_until_it_fails()
    {
        await using var one = await RedisServer.StartAsync();
        await using var two = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Options(one, two, connections: 3));
        var heard = 0;
        using var subscription = client.Subscribe("news", _ => Interlocked.Increment(ref heard), () => { });
        await Client.UntilAsync(async () => await ConnectionsAsync(one) == 4, "three and the subscriber");
        Assert.Equal(0, await ConnectionsAsync(two));

        // One connection that ends alone is made again at the same server.
        await one.CliAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await Client.UntilAsync(async () => await ConnectionsAsync(one) == 4, "again");
        Assert.Equal(0, await ConnectionsAsync(two));

        await one.KillAsync();
        await Client.UntilAsync(async () => await ConnectionsAsync(two) == 4, "all have moved");
        Assert.Equal($"127.0.0.1:{two.Port}", client.Endpoint);
        await Client.UntilAsync(
            async () =>
            {
                await two.CliAsync("PUBLISH", "news", "x");
                return Volatile.Read(ref heard) > 0;
            },
            "heard there");
    }

    [Fact]
    public async Task A_replica_that_takes_no_writes_is_left_by_all_connections_without_sentinels()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync($"replicaof 127.0.0.1 {master.Port}");
        await Client.UntilAsync(async () => (await replica.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "replication");
        await using var client = await Client.ConnectAsync(Options(replica, master, connections: 1));
        using var subscription = client.Subscribe("news", _ => { });
        await Client.UntilAsync(async () => await ConnectionsAsync(replica) == 2, "both at the replica");

        await Client.UntilAsync(
            async () =>
            {
                try
                {
                    using var reply = await client.EvaluateAsync(Write, Client.Bytes("k"), []);
                    return reply is { IsError: false, Integer: 1 };
                }
                catch (RedisException)
                {
                    return false;
                }
            },
            "written");
        await Client.UntilAsync(async () => await ConnectionsAsync(master) == 2 && await ConnectionsAsync(replica) == 0, "both at the master");
    }

    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", true)]
    [InlineData("READONLY", true)]
    [InlineData("ERR Error running script (call to f_1b): @user_script:7: @user_script: 7: -READONLY You can't write against a read only replica.", true)]
    [InlineData("ERR value is not READONLY ", false)]
    [InlineData("NOSCRIPT -READONLY here", false)]
    public void A_replicas_refusal_is_known_also_inside_a_scripts_error(string error, bool isReadOnly) =>
        Assert.Equal(isReadOnly, new RedisReply(RedisReplyKind.Error, Encoding.UTF8.GetBytes(error)).IsReadOnly);

    [Fact]
    public async Task A_node_of_a_cluster_that_is_gone_or_has_nothing_to_do_is_let_go()
    {
        await using var one = await RedisServer.StartAsync();
        await using var two = await RedisServer.StartAsync();
        var target = one.Port;
        await using var first = new ScriptedServer(words =>
            words.StartsWith("GET ", StringComparison.Ordinal) ? $"-MOVED {RedisSlots.Of(Encoding.UTF8.GetBytes(words[4..]))} 127.0.0.1:{target}" : "-ERR unknown command");
        var clock = new FakeTimeProvider();
        using var meters = new TestMeters();
        await using var client = await Client.ConnectAsync(Client.Options(first.Port, connections: 1), meters, clock: clock);
        // A slot of its own each time: what is known of slots is not asked for again.
        using (await client.SendAsync(Client.ForKey("GET", "a")))
            Assert.Equal(1, client.Nodes);

        target = two.Port;
        using (await client.SendAsync(Client.ForKey("GET", "b")))
            Assert.Equal(2, client.Nodes);
        clock.SkipTo(RedisClient.MaxNodeIdle * 2);
        target = one.Port;
        using (await client.SendAsync(Client.ForKey("GET", "c")))
            Assert.Equal(2, client.Nodes);
        // Named for the first time since: the idle one goes.
        await using var three = await RedisServer.StartAsync();
        target = three.Port;
        using (await client.SendAsync(Client.ForKey("GET", "d")))
            Assert.Equal(2, client.Nodes);

        await three.KillAsync();
        await Client.UntilAsync(
            async () =>
            {
                try
                {
                    (await client.SendAsync(Client.ForKey("GET", "d"))).Dispose();
                }
                catch (RedisException)
                {
                    return client.Nodes == 1;
                }

                return false;
            },
            "the dead one is gone");
        await Client.UntilAsync(() => meters.Sum("weir.redis.connections") == 2, "its connection is not counted any more");
    }

    private static RedisOptions Options(RedisServer one, RedisServer two, int connections)
    {
        var options = Client.Options(0);
        return new RedisOptions
        {
            Endpoints = [new("127.0.0.1", one.Port), new("127.0.0.1", two.Port)],
            Connections = connections,
            ClientName = "weir-test",
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
            MinBackoff = options.MinBackoff,
            MaxBackoff = options.MaxBackoff,
        };
    }

    private static async Task<int> ConnectionsAsync(RedisServer server) => (await server.CliAsync("CLIENT", "LIST")).Split("name=weir-test ").Length - 1;
}
