using System.Runtime.InteropServices;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Stores.Tests.Redis;

/// <summary>Values in pieces, and values for keeps.</summary>
public sealed class RedisValuesTests
{
    [Fact]
    public async Task A_value_in_pieces_is_one_value()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await Client.ConnectAsync(Client.Options(server.Port));
        var pieces = Client.Bytes("one ", "", "two ", "three");

        using var set = await client.SendAsync(RedisCommand.ForKeyWithPieces(Client.Bytes("SET", "k"), pieces, Client.Bytes("PX", "60000")));
        using var none = await client.SendAsync(RedisCommand.ForKeyWithPieces(Client.Bytes("SET", "empty"), []));

        Assert.Equal(("OK", "OK"), (set.Text, none.Text));
        Assert.Equal("one two three", await client.TextAsync("GET", "k"));
        Assert.Equal("", await client.TextAsync("GET", "empty"));
        Assert.InRange(long.Parse(await client.TextAsync("PTTL", "k")), 1, 60_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(5_000_001)]
    public async Task A_value_for_keeps_is_an_array_of_its_own_that_outlives_the_reply(int length)
    {
        await using var server = await RedisServer.StartAsync();
        var options = Client.Options(server.Port);
        await using var client = await Client.ConnectAsync(new RedisOptions
        {
            Endpoints = options.Endpoints,
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
            Limits = new RedisLimits { KeepsValues = true },
        });
        var value = new byte[length];
        new Random(7).NextBytes(value);
        (await client.SendAsync(RedisCommand.ForKey("SET"u8.ToArray(), "k"u8.ToArray(), value))).Dispose();

        var got = await client.SendAsync(RedisCommand.ForKey("GET"u8.ToArray(), "k"u8.ToArray()));
        var kept = got.Memory;
        got.Dispose();

        Assert.True(kept.Span.SequenceEqual(value));
        Assert.True(MemoryMarshal.TryGetArray(kept, out var array));
        Assert.Equal(length, array.Array!.Length);
    }
}
