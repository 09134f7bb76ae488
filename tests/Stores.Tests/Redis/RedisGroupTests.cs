using System.Diagnostics;
using Weir.Stores.Redis;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Stores.Tests.Redis;

/// <summary>Several servers: clusters and sentinels.</summary>
public sealed class RedisGroupTests
{
    [Fact]
    public async Task Keys_of_a_cluster_are_found_on_whichever_node_has_them()
    {
        // The bus is by default 10000 ports above, which may be none.
        var (oneBus, twoBus) = (ApacheServer.FreePort(), ApacheServer.FreePort());
        await using var one = await RedisServer.StartAsync("cluster-enabled yes", "cluster-node-timeout 2000", $"cluster-port {oneBus}");
        await using var two = await RedisServer.StartAsync("cluster-enabled yes", "cluster-node-timeout 2000", $"cluster-port {twoBus}");
        await one.CliAsync("CLUSTER", "ADDSLOTSRANGE", "0", "8191");
        await two.CliAsync("CLUSTER", "ADDSLOTSRANGE", "8192", "16383");
        await two.CliAsync("CLUSTER", "SET-CONFIG-EPOCH", "2");
        await one.CliAsync("CLUSTER", "MEET", "127.0.0.1", $"{two.Port}", $"{twoBus}");
        await UntilAsync(async () => (await one.CliAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal)
            && (await two.CliAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal), "the cluster is formed");
        using var meters = new TestMeters();
        await using var client = await Client.ConnectAsync(Client.Options(one.Port), meters);

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 50; i++)
                Assert.Equal("OK", await client.TextAsync("SET", $"key{i}", $"{i}"));
        }

        for (var i = 0; i < 50; i++)
            Assert.Equal($"{i}", await client.TextAsync("GET", $"key{i}"));
        // One redirection for each slot of the other node, then they are known.
        Assert.InRange(meters.Sum("weir.redis.redirects"), 1, 50);

        // A slot under way to the other node: what has moved is asked for there.
        var slot = await one.CliAsync("CLUSTER", "KEYSLOT", "foo");
        var (from, to) = int.Parse(slot) < 8192 ? (one, two) : (two, one);
        var (fromId, toId) = (await from.CliAsync("CLUSTER", "MYID"), await to.CliAsync("CLUSTER", "MYID"));
        await to.CliAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
        await from.CliAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
        Assert.Equal("OK", await client.TextAsync("SET", "foo", "moved"));
        Assert.Equal("moved", await client.TextAsync("GET", "foo"));
        Assert.Equal("1", await to.CliAsync("CLUSTER", "COUNTKEYSINSLOT", slot));
    }

    [Fact]
    public async Task A_failover_is_followed_through_the_sentinels()
    {
        await using var master = await RedisServer.StartAsync("repl-diskless-sync-delay 0");
        await using var replica = await RedisServer.StartAsync($"replicaof 127.0.0.1 {master.Port}");
        await UntilAsync(async () => (await replica.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "replication");
        await using var sentinel = await RedisServer.StartSentinelAsync("farm", master.Port);
        var options = Client.Options(0);
        await using var client = await Client.ConnectAsync(new RedisOptions
        {
            Endpoints = [],
            Sentinels = [new("127.0.0.1", 1), new("127.0.0.1", sentinel.Port)],
            MasterName = "farm",
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
            MinBackoff = options.MinBackoff,
            MaxBackoff = options.MaxBackoff,
        });
        Assert.Equal($"127.0.0.1:{master.Port}", client.Endpoint);
        await UntilAsync(async () => (await sentinel.CliAsync("SENTINEL", "replicas", "farm")).Contains($":{replica.Port}", StringComparison.Ordinal), "the sentinel knows the replica");

        await master.KillAsync();

        await UntilAsync(async () =>
        {
            try
            {
                return await client.TextAsync("SET", "a", "1") == "OK" && client.Endpoint == $"127.0.0.1:{replica.Port}";
            }
            catch (RedisException)
            {
                return false;
            }
        }, "the new master takes writes");
    }

    [Fact]
    public async Task The_next_server_of_the_list_is_tried_when_one_does_not_answer()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", 1), new("127.0.0.1", server.Port)], ConnectTimeout = Client.Patience, CommandTimeout = Client.Patience });

        Assert.Equal("OK", await client.TextAsync("SET", "a", "1"));
    }

    [Theory]
    [InlineData(0, 0, 50)]
    [InlineData(0, 1, 100)]
    [InlineData(3, 1, 800)]
    [InlineData(100, 1, 5000)]
    public void Pauses_double_up_to_the_bound_and_are_shortened_at_random(int failures, double random, double milliseconds) =>
        Assert.Equal(milliseconds, RedisLink.Pause(new RedisOptions { Endpoints = [] }, failures, random).TotalMilliseconds);

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Client.Patience; await Task.Delay(50))
        {
            if (await condition())
                return;
        }

        Assert.Fail($"Not within {Client.Patience.TotalSeconds} s: {what}");
    }
}
