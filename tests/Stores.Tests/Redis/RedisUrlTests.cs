using Weir.Stores.Redis;

namespace Weir.Stores.Tests.Redis;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://host", "host:6379", false, null, null, null)]
    [InlineData("redis://user:p%40ss@host:7000/3", "host:7000", false, "user", "p@ss", 3)]
    [InlineData("rediss://:secret@10.0.0.1/", "10.0.0.1:6379", true, null, "secret", null)]
    [InlineData("redis://[::1]:7000", "[::1]:7000", false, null, null, null)]
    [InlineData("unix:///run/redis.sock", "/run/redis.sock", false, null, null, null)]
    [InlineData("unix:///run/redis.sock?db=2", "/run/redis.sock", false, null, null, 2)]
    [InlineData("host:7000", "host:7000", false, null, null, null)]
    public void Every_form_is_read(string text, string endpoint, bool tls, string? user, string? password, int? database)
    {
        Assert.True(RedisUrl.TryParse(text, out var url));
        Assert.Equal((endpoint, tls, user, password, database), (url.Endpoint.ToString(), url.IsTls, url.User, url.GetPassword(), url.Database));
        Assert.DoesNotContain(password ?? "\0", url.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("http://host")]
    [InlineData("redis://")]
    [InlineData("redis://host/x")]
    [InlineData("redis://host/-1")]
    [InlineData("redis://host:0x/1")]
    [InlineData("redis://host?db=1")]
    [InlineData("unix:///")]
    [InlineData("host:99999")]
    [InlineData("host:port")]
    [InlineData("a b:1")]
    public void Others_are_not(string? text) => Assert.False(RedisUrl.TryParse(text, out _));

    [Theory]
    [InlineData("::1:7000", "[::1]:7000")]
    [InlineData("10.0.0.1:7000", "10.0.0.1:7000")]
    public void A_clusters_node_is_read(string text, string expected) => Assert.Equal(expected, RedisEndpoint.Parse(text)!.ToString());
}
