using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Contracts;
using Weir.Policies.Balancing;

namespace Weir.Policies.Tests.Balancing;

public class ConsistentHashTests
{
    private const int Keys = 4000;

    [Fact]
    public void Keys_spread_by_weight()
    {
        using var even = new TestFarm([.. Enumerable.Repeat(10, 10)]);
        Assert.All(Shares(Owners(even), 10), s => Assert.InRange(s, 0.06, 0.14));
        using var heavy = new TestFarm([10, 10], [3, 1]);
        Assert.InRange(Shares(Owners(heavy), 2)[0], 0.68, 0.82);
    }

    [Fact]
    public void A_server_more_or_less_moves_about_one_nth_of_the_keys_and_only_to_or_from_it()
    {
        Prop.ForAll(Gen.Choose(2, 40).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (servers, salt) =>
        {
            string[] names = [.. Enumerable.Range(0, servers + 1).Select(i => $"http://web{i}.farm{salt}:80")];
            using var large = new TestFarm([.. Enumerable.Repeat(9, servers + 1)], addresses: names);
            using var small = new TestFarm([.. Enumerable.Repeat(9, servers)], addresses: names[..servers]);
            var (before, after) = (Owners(small), Owners(large));
            var moved = Enumerable.Range(0, Keys).Where(k => before[k] != after[k]).ToArray();
            return moved.All(k => after[k] == servers) && moved.Length < 1.6 * Keys / (servers + 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void No_server_goes_over_its_bound_even_when_all_requests_have_one_key()
    {
        Prop.ForAll(Gen.Choose(2, 8).ToArbitrary(), Gen.Choose(1, 400).ToArbitrary(), Gen.Choose(11, 30).ToArbitrary(), (servers, requests, tenths) =>
        {
            var factor = tenths / 10.0;
            using var farm = new TestFarm([.. Enumerable.Repeat(1000, servers)], options: o => o.HashLoadFactor = factor);
            var policy = farm.Policy(PolicyNames.ConsistentHash);
            for (var i = 1; i <= requests; i++)
            {
                var picked = farm.Take(policy, TestFarm.From(7));
                if (farm.Server(picked).InFlight > Math.Ceiling(factor * i / servers))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void A_full_server_passes_its_keys_to_the_next_on_the_ring_always_the_same()
    {
        using var farm = new TestFarm([4, 4, 4, 4, 4], options: o => o.HashLoadFactor = 1000);
        var policy = farm.Policy(PolicyNames.ConsistentHash);
        var home = farm.Index(policy.Pick(TestFarm.From(1), farm.Members));
        farm.Occupy(home, 4);
        var next = farm.Index(policy.Pick(TestFarm.From(1), farm.Members));
        Assert.NotEqual(home, next);
        for (var i = 0; i < 50; i++)
            Assert.Equal(next, farm.Index(policy.Pick(TestFarm.From(1), farm.Members)));
    }

    [Fact]
    public void Every_replica_builds_the_same_ring()
    {
        using var one = new TestFarm([.. Enumerable.Repeat(9, 12)]);
        using var other = new TestFarm([.. Enumerable.Repeat(700, 12)]);
        Assert.Equal(Owners(one), Owners(other));
    }

    [Theory]
    [InlineData("header:X-Tenant")]
    [InlineData("cookie:id")]
    [InlineData("path")]
    public void The_metadata_names_what_is_hashed(string key)
    {
        using var farm = new TestFarm([.. Enumerable.Repeat(9, 50)], hashKey: key);
        var policy = farm.Policy(PolicyNames.ConsistentHash);
        int Pick(string value, ulong client)
        {
            var context = TestFarm.From(client);
            context.Request.Headers["X-Tenant"] = value;
            context.Request.Headers.Cookie = new(["theme=dark", $"ida=1; id={value}"]);
            context.Request.Path = "/" + value;
            return farm.Index(policy.Pick(context, farm.Members));
        }

        var first = Pick("acme", 1);
        Assert.All(Enumerable.Range(0, 30), i => Assert.Equal(first, Pick("acme", (ulong)i)));
        Assert.True(Enumerable.Range(0, 30).Select(i => Pick($"tenant{i}", 1)).Distinct().Count() > 10);
    }

    [Fact]
    public void A_request_without_the_header_is_placed_by_its_address()
    {
        using var byHeader = new TestFarm([.. Enumerable.Repeat(9, 50)], hashKey: "header:X-Tenant");
        using var byAddress = new TestFarm([.. Enumerable.Repeat(9, 50)]);
        Assert.Equal(Owners(byAddress), Owners(byHeader));
    }

    [Fact]
    public void A_ring_stays_small_whatever_the_weights()
    {
        using var farm = new TestFarm([9, 9, 9], [1_000_000, 1_000_000, 1]);
        Assert.InRange(new HashRing(farm.Members.All).Length, 200_000, 300_000);
    }

    [Theory]
    [InlineData("address", true)]
    [InlineData("PATH", true)]
    [InlineData("header:X-Tenant", true)]
    [InlineData("cookie:PHPSESSID", true)]
    [InlineData("", false)]
    [InlineData("header", false)]
    [InlineData("header:", false)]
    [InlineData("cookie:a b", false)]
    [InlineData("path:/x", false)]
    [InlineData("query:id", false)]
    public void Only_the_documented_keys_are_understood(string text, bool valid) => Assert.Equal(valid, HashKey.Parse(text) is not null);

    [Theory]
    [InlineData("id=1", "1")]
    [InlineData("a=2; id=1;b=3", "1")]
    [InlineData("xid=2; id2=3", "")]
    [InlineData("id", "")]
    [InlineData(" ; ;;id=", "")]
    public void One_cookie_is_read_without_the_others(string header, string value) =>
        Assert.Equal(value, RequestCookie.Find(header, "id").ToString());

    private static int[] Owners(TestFarm farm)
    {
        var policy = farm.Policy(PolicyNames.ConsistentHash);
        return [.. Enumerable.Range(0, Keys).Select(k => farm.Index(policy.Pick(TestFarm.From((ulong)k), farm.Members)))];
    }

    private static double[] Shares(int[] owners, int servers) =>
        [.. Enumerable.Range(0, servers).Select(s => (double)owners.Count(o => o == s) / owners.Length)];
}
