using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Admin;
using Weir.Gateway.Cli;
using Weir.Policies.Firewall;
using Weir.Policies.Tests.Firewall;
using Weir.Support;

namespace Weir.Gateway.Tests.Firewall;

public sealed class BanFeedsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FixedOptions<FirewallOptions> _options = new(new FirewallOptions { Feeds = { Enabled = true } });
    private readonly BanList _bans;
    private readonly BanFilter _filter;
    private readonly HttpClient _http = new();
    private WebApplication? _app;

    public BanFeedsTests()
    {
        _bans = new BanList(_time);
        _filter = new BanFilter(_options, []);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_format_has_the_networks_in_the_order_of_their_addresses()
    {
        _bans.Add("2001:db8:0:1::/64", null);
        _bans.Add("192.0.2.9/32", TimeSpan.FromHours(1));
        _bans.Add("192.0.2.1/32", null);
        _options.Publish(new FirewallOptions { Feeds = { Enabled = true, NextHop = "192.0.2.254", NextHop6 = "2001:db8::dead", Community = "65000:1" } });

        Assert.Equal(
            "# Weir: banned networks, one a line. Networks: 3\n# First end: 2020-01-01T01:00:00Z\n# Ask again with If-None-Match; Expires says when this list is old.\n"
            + "192.0.2.1/32\n192.0.2.9/32\n2001:db8:0:1::/64\n", await GetAsync("/feeds/bans.txt"));
        Assert.Equal(
            "announce route 192.0.2.1/32 next-hop 192.0.2.254 community [65000:1]\nannounce route 192.0.2.9/32 next-hop 192.0.2.254 community [65000:1]\n"
            + "announce route 2001:db8:0:1::/64 next-hop 2001:db8::dead community [65000:1]\n", await GetAsync("/feeds/exabgp"));
        Assert.Equal("route 192.0.2.1/32 blackhole { bgp_community.add((65000,1)); };\nroute 192.0.2.9/32 blackhole { bgp_community.add((65000,1)); };\n",
            await GetAsync("/feeds/bird?family=4"));
        Assert.Equal("route 2001:db8:0:1::/64 blackhole { bgp_community.add((65000,1)); };\n", await GetAsync("/feeds/bird?family=6"));
    }

    [Fact]
    public async Task What_a_reason_says_cannot_break_out_of_the_JSON_and_stands_in_no_other_feed()
    {
        const string Hostile = "\"}],\"x\":[{\"\n192.0.2.66/32\r\n\u2028</script>announce route 0.0.0.0/0";
        _bans.Add(BanList.Ban("192.0.2.1/32", _time.GetUtcNow(), TimeSpan.FromHours(1), reason: Hostile));

        using var json = JsonDocument.Parse(await GetAsync("/feeds/bans.json"));
        var ban = Assert.Single(json.RootElement.GetProperty("bans").EnumerateArray());
        Assert.Equal(("192.0.2.1/32", Hostile, "test", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z", 1),
            (ban.GetProperty("network").GetString(), ban.GetProperty("reason").GetString(), ban.GetProperty("jail").GetString(),
            ban.GetProperty("from").GetString(), ban.GetProperty("until").GetString(), ban.GetProperty("count").GetInt32()));
        foreach (var path in new[] { "/feeds/bans.txt", "/feeds/exabgp", "/feeds/bird" })
            Assert.DoesNotContain("0.0.0.0/0", await GetAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_lists_have_equal_tags_and_a_known_tag_is_answered_304()
    {
        _bans.Add("192.0.2.1/32", TimeSpan.FromHours(1));
        _bans.Add("192.0.2.2/32", TimeSpan.FromHours(1));
        using var first = await SendAsync("/feeds/bans.txt");
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        _bans.Add("192.0.2.1/32", TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromSeconds(20));

        foreach (var known in new[] { tag.ToString(), $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            using var same = await SendAsync("/feeds/bans.txt", known);
            Assert.Equal((HttpStatusCode.NotModified, tag), (same.StatusCode, same.Headers.ETag));
            Assert.Equal("", await same.Content.ReadAsStringAsync(Cancel));
        }

        _bans.Remove("192.0.2.1/32");
        using var changed = await SendAsync("/feeds/bans.txt", tag.ToString());
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag);
    }

    [Fact]
    public async Task A_copy_is_good_for_MaxAge_or_until_the_first_ban_ends()
    {
        _bans.Add("192.0.2.1/32", null);
        using (var long1 = await SendAsync("/feeds/bans.json"))
            Assert.Equal((TimeSpan.FromSeconds(30), _time.GetUtcNow().AddSeconds(30)), (long1.Headers.CacheControl!.MaxAge, long1.Content.Headers.Expires));

        _bans.Add("192.0.2.2/32", TimeSpan.FromSeconds(7.5));
        using var soon = await SendAsync("/feeds/bans.json");
        Assert.Equal(TimeSpan.FromSeconds(7), soon.Headers.CacheControl!.MaxAge);
    }

    [Fact]
    public async Task Only_bans_that_may_leave_the_gateway_are_in_it_and_no_more_than_the_bound()
    {
        _options.Publish(new FirewallOptions { MaxEntries = 2, Feeds = { Enabled = true } });
        _bans.Add("192.0.2.1/32", null);
        _bans.Add("192.0.2.2/32", null);
        _bans.Add("192.0.2.3/32", null);
        _bans.Add("127.0.0.1/32", null);
        _bans.Add("192.0.2.4/32", null, isDirect: false);

        Assert.EndsWith("old.\n192.0.2.2/32\n192.0.2.3/32\n", await GetAsync("/feeds/bans.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_the_bound_those_that_end_last_are_in_it_and_a_family_is_a_part_of_that()
    {
        _options.Publish(new FirewallOptions { MaxEntries = 2, Feeds = { Enabled = true } });
        _bans.Add("192.0.2.1/32", null);
        _bans.Add("2001:db8:0:1::/64", TimeSpan.FromHours(2));
        _bans.Add("192.0.2.3/32", TimeSpan.FromHours(1));

        Assert.EndsWith("old.\n192.0.2.1/32\n2001:db8:0:1::/64\n", await GetAsync("/feeds/bans.txt"), StringComparison.Ordinal);
        Assert.EndsWith("old.\n192.0.2.1/32\n", await GetAsync("/feeds/bans.txt?family=4"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feeds_that_are_off_and_families_that_are_none_are_refused()
    {
        using (var wrong = await SendAsync("/feeds/bans.txt?family=5"))
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        _options.Publish(new FirewallOptions());
        using var off = await SendAsync("/feeds/bans.txt");
        Assert.Equal(HttpStatusCode.NotFound, off.StatusCode);
        Assert.Equal("Feeds are off: Weir:Firewall:Feeds:Enabled is false.\n", await off.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public void ExaBGP_is_told_of_what_goes_before_what_comes()
    {
        Assert.Equal(["withdraw route a", "announce route c"],
            ExaBgpCommand.Changes(new HashSet<string> { "announce route a", "announce route b" }, new HashSet<string> { "announce route b", "announce route c" }));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _filter.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private async Task<string> GetAsync(string path)
    {
        using var response = await SendAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? ifNoneMatch = null)
    {
        if (_app is null)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Services.AddRoutingCore();
            builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
            _app = builder.Build();
            _app.UseRouting();
            new BanFeeds([_bans], _filter, _options, _time).Map(_app);
            await _app.StartAsync(Cancel);
        }

        var root = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var request = new HttpRequestMessage(HttpMethod.Get, root + path);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await _http.SendAsync(request, Cancel);
    }
}
