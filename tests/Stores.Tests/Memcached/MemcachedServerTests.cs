using System.Text;
using Weir.Stores.Memcached;
using Weir.Stores.Tests.Redis;
using Weir.Support;

namespace Weir.Stores.Tests.Memcached;

/// <summary>The client and a real memcached.</summary>
public sealed class MemcachedServerTests
{
    [Fact]
    public async Task Many_callers_share_a_few_connections_and_each_gets_its_own_reply()
    {
        await using var server = await MemcachedServer.StartAsync();
        using var meters = new TestMeters();
        await using var client = await Memcache.ConnectAsync(Memcache.Options(server.Port), meters);
        var one = client.Servers[0];

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async caller =>
        {
            for (var i = 0; i < 50; i++)
            {
                var key = Memcache.Bytes($"k{caller}-{i}");
                Assert.True(await one.SetAsync(key, new MemcachedItem(Memcache.Bytes($"v{caller}-{i}")) { Flags = (uint)i }));
                var found = await one.GetAsync(key);
                Assert.Equal((true, $"v{caller}-{i}", (uint)i), (found.IsHit, Encoding.UTF8.GetString(found.Value.Span), found.Flags));
            }
        }));

        Assert.Equal(6400, meters.Sum("weir.memcached.commands"));
        Assert.Equal(0, meters.Sum("weir.memcached.failures"));
        Assert.InRange(meters.Sum("weir.memcached.connections"), 1, 2);
        Assert.True(meters.Sum("weir.memcached.command.duration") > 0);
        Assert.StartsWith("1.", one.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_does_what_it_says()
    {
        await using var server = await MemcachedServer.StartAsync();
        await using var client = await Memcache.ConnectAsync(Memcache.Options(server.Port));
        var (one, key) = (client.Servers[0], Memcache.Bytes("key"));

        Assert.False((await one.GetAsync(key)).IsHit);
        Assert.Null(await one.DescribeAsync(key));
        Assert.False(await one.DeleteAsync(key));
        Assert.True(await one.SetAsync(key, new MemcachedItem(Memcache.Bytes("a"), Memcache.Bytes("bc")) { Flags = uint.MaxValue, Expiry = TimeSpan.FromMinutes(1) }));
        Assert.False(await one.SetAsync(key, new MemcachedItem(Memcache.Bytes("other")) { OnlyIfAbsent = true }));
        var found = await one.GetAsync(key);
        Assert.Equal(("abc", uint.MaxValue), (Encoding.UTF8.GetString(found.Value.Span), found.Flags));
        Assert.Contains("exp=", await one.DescribeAsync(key), StringComparison.Ordinal);
        await one.PingAsync();
        Assert.True(await one.DeleteAsync(key));
        Assert.False((await one.GetAsync(key)).IsHit);
        Assert.True(await one.SetAsync(key, new MemcachedItem() { OnlyIfAbsent = true }));
        Assert.Equal((true, 0), ((await one.GetAsync(key)).IsHit, (await one.GetAsync(key)).Value.Length));
    }

    [Fact]
    public async Task Keys_and_values_are_any_bytes()
    {
        await using var server = await MemcachedServer.StartAsync();
        await using var client = await Memcache.ConnectAsync(Memcache.Options(server.Port));
        var one = client.Servers[0];
        byte[][] keys =
        [
            [0], [32], "a b\r\nmn\r\n"u8.ToArray(), [255, 254], Memcache.Noise(186), Enumerable.Repeat((byte)'k', 250).ToArray(), "\u20ac"u8.ToArray(),
        ];

        for (var i = 0; i < keys.Length; i++)
            Assert.True(await one.SetAsync(keys[i], new MemcachedItem(Memcache.Noise(100 + i, i))));

        for (var i = 0; i < keys.Length; i++)
            Assert.Equal(Memcache.Noise(100 + i, i), (await one.GetAsync(keys[i])).Value.ToArray());
        foreach (var key in (byte[][])[[], Memcache.Noise(187), Enumerable.Repeat((byte)'k', 251).ToArray()])
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await one.GetAsync(key));
    }

    [Fact]
    public async Task Values_of_all_sizes_come_back_in_arrays_of_their_own()
    {
        await using var server = await MemcachedServer.StartAsync("-I", "8m", "-m", "256");
        await using var client = await Memcache.ConnectAsync(Memcache.Options(server.Port));
        var one = client.Servers[0];
        foreach (var length in (int[])[0, 1, 1023, 1024, 100_000, 1_048_576, 5_000_000])
        {
            var value = Memcache.Noise(length);
            Assert.True(await one.SetAsync(Memcache.Bytes("k"), new MemcachedItem(value)));
            var found = await one.GetAsync(Memcache.Bytes("k"));
            Assert.True(found.Value.Span.SequenceEqual(value));
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(found.Value, out var array) && array.Array!.Length == length);
        }
    }

    [Fact]
    public async Task A_value_that_is_too_large_for_the_server_is_an_error_of_its_own_and_the_connection_goes_on()
    {
        await using var server = await MemcachedServer.StartAsync();
        using var meters = new TestMeters();
        await using var client = await Memcache.ConnectAsync(Memcache.Options(server.Port), meters);
        var one = client.Servers[0];

        var fault = await Memcache.FailsAsync(async () => await one.SetAsync(Memcache.Bytes("k"), new MemcachedItem(Memcache.Noise(1_100_000))));

        Assert.Equal(MemcachedFault.TooLarge, fault.Fault);
        Assert.True(await one.SetAsync(Memcache.Bytes("k"), new MemcachedItem(Memcache.Noise(10))));
        Assert.Equal(1, meters.Sum("weir.memcached.failures/too_large"));
        Assert.InRange(meters.Sum("weir.memcached.connections"), 1, 2);
    }

    [Fact]
    public async Task An_item_expires()
    {
        await using var server = await MemcachedServer.StartAsync();
        await using var client = await Memcache.ConnectAsync(Memcache.Options(server.Port));
        var one = client.Servers[0];
        await one.SetAsync(Memcache.Bytes("short"), new MemcachedItem(Memcache.Bytes("v")) { Expiry = TimeSpan.FromMilliseconds(1) });
        await one.SetAsync(Memcache.Bytes("long"), new MemcachedItem(Memcache.Bytes("v")) { Expiry = TimeSpan.FromDays(1000) });

        for (var clock = System.Diagnostics.Stopwatch.StartNew(); (await one.GetAsync(Memcache.Bytes("short"))).IsHit; await Task.Delay(50))
            Assert.True(clock.Elapsed < Client.Patience);

        Assert.True((await one.GetAsync(Memcache.Bytes("long"))).IsHit);
    }

    [Fact]
    public async Task A_killed_server_fails_at_once_is_found_again_and_leaves_the_other_in_peace()
    {
        await using var first = await MemcachedServer.StartAsync();
        await using var second = await MemcachedServer.StartAsync();
        using var meters = new TestMeters();
        await using var client = await Memcache.ConnectAsync(Memcache.Options(first.Port, second.Port), meters);
        await client.Servers[0].SetAsync(Memcache.Bytes("k"), new MemcachedItem(Memcache.Bytes("v")));

        await second.KillAsync();
        await Client.UntilAsync(() => !client.Servers[1].IsConnected, "the loss is seen");
        var fault = await Memcache.FailsAsync(async () => await client.Servers[1].GetAsync(Memcache.Bytes("k")));
        Assert.Equal(MemcachedFault.NotConnected, fault.Fault);
        Assert.NotNull(client.Servers[1].LastError);
        Assert.True((await client.Servers[0].GetAsync(Memcache.Bytes("k"))).IsHit);

        await second.RestartAsync();
        await client.Servers[1].WaitConnectedAsync(TestContext.Current.CancellationToken);
        Assert.False((await client.Servers[1].GetAsync(Memcache.Bytes("k"))).IsHit);
        Assert.Null(client.Servers[1].LastError);
        Assert.Equal(1, meters.Sum("weir.memcached.failures/not_connected"));
    }
}
