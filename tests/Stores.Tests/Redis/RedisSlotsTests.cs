using System.Text;
using Weir.Stores.Redis;

namespace Weir.Stores.Tests.Redis;

public sealed class RedisSlotsTests
{
    [Theory]
    [InlineData("123456789", 0x31C3 % 16384)]
    [InlineData("foo", 12182)]
    [InlineData("{foo}bar", 12182)]
    [InlineData("a{foo}{bar}", 12182)]
    public void A_key_has_the_slot_that_the_specification_gives_it(string key, int slot) => Assert.Equal(slot, RedisSlots.Of(Encoding.ASCII.GetBytes(key)));

    [Fact]
    public void Empty_braces_do_not_count() => Assert.NotEqual(RedisSlots.Of("{}foo"u8), RedisSlots.Of("foo"u8));

    [Theory]
    [InlineData("-MOVED 3999 10.0.0.1:7000\r\n", 3999, "10.0.0.1:7000", false)]
    [InlineData("-ASK 1 :7001\r\n", 1, "asked:7001", true)]
    [InlineData("-MOVED 1 ::1:7000\r\n", 1, "[::1]:7000", false)]
    [InlineData("-MOVED 16384 10.0.0.1:7000\r\n", -1, null, false)]
    [InlineData("-MOVED 1\r\n", -1, null, false)]
    [InlineData("-MOVEDX 1 a:1\r\n", -1, null, false)]
    [InlineData("-ERR MOVED 1 a:1\r\n", -1, null, false)]
    public void A_redirection_is_read(string wire, int slot, string? endpoint, bool isAsk)
    {
        using var reader = new RedisReplyReader(new RedisLimits());
        var bytes = new System.Buffers.ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(wire));
        Assert.True(reader.TryRead(ref bytes, out var reply));

        var redirect = RedisRedirect.Of(reply, new RedisEndpoint("asked", 6379));

        Assert.Equal(endpoint, redirect?.Endpoint.ToString());
        Assert.Equal((slot, isAsk), (redirect?.Slot ?? -1, redirect?.IsAsk ?? false));
    }
}
