using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class CacheStatusTests
{
    [Fact]
    public void A_hit_says_what_is_left()
    {
        Assert.Equal("Weir; hit; ttl=30", new CacheStatus { Cache = "Weir", Ttl = 30_999 }.ToString());
        Assert.Equal("Weir; hit; ttl=-1", new CacheStatus { Cache = "Weir", Ttl = -1 }.ToString());
        Assert.Equal("Weir; hit; ttl=-1; detail=stale", new CacheStatus { Cache = "Weir", Ttl = -1000, Detail = "stale" }.ToString());
        Assert.Equal("Weir; hit; ttl=0", new CacheStatus { Cache = "Weir", Ttl = 0 }.ToString());
    }

    [Theory]
    [InlineData(ForwardReason.Bypass, "bypass")]
    [InlineData(ForwardReason.Method, "method")]
    [InlineData(ForwardReason.UriMiss, "uri-miss")]
    [InlineData(ForwardReason.VaryMiss, "vary-miss")]
    [InlineData(ForwardReason.Miss, "miss")]
    [InlineData(ForwardReason.Request, "request")]
    [InlineData(ForwardReason.Stale, "stale")]
    [InlineData(ForwardReason.Partial, "partial")]
    public void What_was_forwarded_says_why(object reason, string word) => Assert.Equal($"Weir; fwd={word}", new CacheStatus { Cache = "Weir", Forward = (ForwardReason)reason }.ToString());

    [Fact]
    public void All_parameters_stand_in_one_order() => Assert.Equal(
        "Weir; fwd=stale; fwd-status=304; ttl=60; stored; collapsed; key=\"/a\"; detail=no-store",
        new CacheStatus
        {
            Cache = "Weir",
            Forward = ForwardReason.Stale,
            ForwardStatus = 304,
            Ttl = 60_000,
            Stored = true,
            Collapsed = true,
            Key = "/a",
            Detail = StorageReason.NoStore.Word(),
        }.ToString());

    [Fact]
    public void A_hit_was_not_forwarded_so_nothing_was_stored_or_collapsed() =>
        Assert.Equal("Weir; hit", new CacheStatus { Cache = "Weir", Stored = true, Collapsed = true, ForwardStatus = 200 }.ToString());

    [Fact]
    public void Whatever_is_in_a_key_the_field_stays_one_valid_member() =>
        Prop.ForAll<string>(text =>
        {
            var dictionary = new StructuredDictionary("k=weir" + new CacheStatus { Cache = "Weir", Key = text + "\r\n\"\\, x" }.ToString()[4..]);
            Assert.True(dictionary.Read());
            Assert.False(dictionary.Read());
            Assert.True(dictionary.Valid);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_key_is_bounded() => Assert.Equal(CacheStatus.MaxKey + "Weir; hit; key=\"\"".Length, new CacheStatus { Cache = "Weir", Key = new string('x', 10_000) }.ToString().Length);
}
