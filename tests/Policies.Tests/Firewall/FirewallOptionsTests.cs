using System.ComponentModel.DataAnnotations;
using Weir.Policies.Firewall;

namespace Weir.Policies.Tests.Firewall;

public sealed class FirewallOptionsTests
{
    private static readonly FirewallOptionsValidator Validator = new();

    [Fact]
    public void The_defaults_are_good_and_off()
    {
        var options = new FirewallOptions();

        Assert.True(Validator.Validate(null, options).Succeeded);
        Assert.Equal((false, 65_536, TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(1)), (options.Enabled, options.MaxEntries, options.Tick, options.ReconcileInterval));
        Assert.Equal((false, "self", "self", "65535:666", TimeSpan.FromSeconds(30)),
            (options.Feeds.Enabled, options.Feeds.NextHop, options.Feeds.NextHop6, options.Feeds.Community, options.Feeds.MaxAge));
        Assert.Equal(["127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10"], options.Never);
    }

    [Fact]
    public void Every_value_that_cannot_work_is_named_with_what_is_allowed()
    {
        var options = new FirewallOptions
        {
            Socket = "relative",
            Never = ["10.0.0.0/8", "10.0.0.1/8", "", "192.0.2.1", "host"],
            Feeds = { NextHop = "::1", NextHop6 = "10.0.0.1\n", Community = "65536:1" },
        };

        Assert.Equal(
            [
                "Weir:Firewall:Socket is 'relative'; allowed: a full path of at most 107 bytes.",
                "Weir:Firewall:Never:1 is '10.0.0.1/8'; allowed: an address or a network such as 192.0.2.0/24 or 2001:db8::/32, without bits behind its prefix.",
                "Weir:Firewall:Never:2 is ''; allowed: an address or a network such as 192.0.2.0/24 or 2001:db8::/32, without bits behind its prefix.",
                "Weir:Firewall:Never:4 is 'host'; allowed: an address or a network such as 192.0.2.0/24 or 2001:db8::/32, without bits behind its prefix.",
                "Weir:Firewall:Feeds:NextHop is '::1'; allowed: an IPv4 address as it is usually written, or self.",
                "Weir:Firewall:Feeds:NextHop6 is '10.0.0.1\n'; allowed: an IPv6 address as it is usually written, or self.",
                "Weir:Firewall:Feeds:Community is '65536:1'; allowed: two numbers of 0 to 65535 with a colon between them, such as 65535:666.",
            ],
            Validator.Validate(null, options).Failures);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_001, false)]
    public void The_number_of_entries_is_bounded(int max, bool good) =>
        Assert.Equal(good, IsInRange(new FirewallOptions { MaxEntries = max }));

    [Fact]
    public void A_path_of_107_bytes_fits_a_socket_and_one_more_does_not()
    {
        Assert.True(Validator.Validate(null, new FirewallOptions { Socket = "/" + new string('a', 106) }).Succeeded);
        Assert.False(Validator.Validate(null, new FirewallOptions { Socket = "/" + new string('a', 107) }).Succeeded);
    }

    private static bool IsInRange(FirewallOptions options) =>
        System.ComponentModel.DataAnnotations.Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true);
}
