using System.Text;
using Weir.Stores.Memcached;

namespace Weir.Stores.Tests.Memcached;

/// <summary>Which key lies where.</summary>
public sealed class MemcachedRingTests
{
    private const int Keys = 20_000;

    [Fact]
    public void Shares_follow_the_weights()
    {
        var counts = Count(Server("a", 1), Server("b", 1), Server("c", 2));

        Assert.InRange(counts["a:1"], Keys / 4 * 0.75, Keys / 4 * 1.25);
        Assert.InRange(counts["b:1"], Keys / 4 * 0.75, Keys / 4 * 1.25);
        Assert.InRange(counts["c:1"], Keys / 2 * 0.75, Keys / 2 * 1.25);
    }

    [Fact]
    public void The_order_of_the_list_decides_nothing()
    {
        var one = Places(Server("a", 1), Server("b", 3), Server("c", 2));
        var other = Places(Server("c", 2), Server("a", 1), Server("b", 3));

        Assert.Equal(one, other);
    }

    [Fact]
    public void A_server_that_is_taken_away_moves_its_own_keys_only()
    {
        var before = Places(Server("a", 1), Server("b", 1), Server("c", 1));
        var after = Places(Server("a", 1), Server("c", 1));

        for (var i = 0; i < Keys; i++)
        {
            if (before[i] != "b:1")
                Assert.Equal(before[i], after[i]);
        }
    }

    [Fact]
    public void Places_stay_from_release_to_release()
    {
        var places = Places(Server("a", 1), Server("b", 1), Server("c", 1)).Take(24).Select(p => p[0]);

        Assert.Equal("cbababcbccbaaababbaaabcc", string.Concat(places));
        Assert.Equal(0x928EBC5F622CAC17UL, MemcachedRing.Hash("weir"u8));
    }

    [Theory]
    [InlineData("h", "h:11211")]
    [InlineData("h:1", "h:1")]
    [InlineData("[::1]:2", "[::1]:2")]
    [InlineData("::1", null)]
    [InlineData("/run/m.sock", "/run/m.sock")]
    [InlineData("h:0", null)]
    [InlineData("h:65536", null)]
    [InlineData("h:x", null)]
    [InlineData("", null)]
    [InlineData("a b", null)]
    public void Addresses_are_read_strictly(string text, string? expected) => Assert.Equal(expected, MemcachedEndpoint.Parse(text)?.ToString());

    private static MemcachedEndpoint Server(string name, int weight) => new(name, 1, weight);

    private static Dictionary<string, int> Count(params MemcachedEndpoint[] servers) => Places(servers).CountBy(p => p).ToDictionary();

    private static string[] Places(params MemcachedEndpoint[] servers)
    {
        var ring = new MemcachedRing(servers);
        return [.. Enumerable.Range(0, Keys).Select(i => servers[ring.Find(Encoding.ASCII.GetBytes($"key {i}"))].ToString())];
    }
}
