using System.Net;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Tests.Admin;

public sealed class ManagementOptionsTests
{
    private static string[] Failures(ManagementOptions options) =>
        new ManagementOptionsValidator().Validate(null, options).Failures?.ToArray() ?? [];

    [Fact]
    public void The_defaults_listen_on_loopback_port_9090_and_are_valid()
    {
        var options = new ManagementOptions();
        Assert.True(options.Enabled);
        Assert.Equal("http://127.0.0.1:9090", options.Url);
        Assert.Empty(Failures(options));
    }

    [Fact]
    public void The_shutdown_defaults_are_five_seconds_and_thirty()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), new ShutdownOptions().DrainDelay);
        Assert.Equal(TimeSpan.FromSeconds(30), new ShutdownOptions().Timeout);
    }

    [Theory]
    [InlineData("http://gateway:9090")]
    [InlineData("https://127.0.0.1:9090")]
    [InlineData("http://127.0.0.1:9090/metrics")]
    [InlineData("http://localhost:0")]
    [InlineData("9090")]
    [InlineData("")]
    public void An_address_that_is_no_http_IP_address_or_localhost_is_named_with_its_value(string url) =>
        Assert.StartsWith($"Weir:Management:Url is '{url}'; allowed: http:// with localhost or an IP address", Assert.Single(Failures(new ManagementOptions { Url = url })), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://0.0.0.0:9090")]
    [InlineData("http://[::]:9090")]
    [InlineData("http://192.0.2.1:9090")]
    public void An_address_that_others_can_reach_needs_a_token(string url)
    {
        var failure = Assert.Single(Failures(new ManagementOptions { Url = url }));
        Assert.Equal($"Weir:Management:Url is '{url}', which others can reach; allowed without a token: loopback addresses only. "
            + "Set Weir:Management:Token or Weir:Management:TokenFile.", failure);
        Assert.Empty(Failures(new ManagementOptions { Url = url, Token = new string('t', 16) }));
    }

    [Fact]
    public void A_token_and_a_token_file_together_are_one_too_many()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "0123456789abcdef\nsecond line\n");
            Assert.Equal("Weir:Management:Token and Weir:Management:TokenFile are both set; allowed: one of them.",
                Assert.Single(Failures(new ManagementOptions { Token = new string('t', 16), TokenFile = file })));
            Assert.Empty(Failures(new ManagementOptions { TokenFile = file }));
            Assert.Equal("0123456789abcdef", BearerToken.Read(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_token_file_that_is_not_there_is_named() =>
        Assert.StartsWith("Weir:Management:TokenFile is 'no/such/file', which cannot be read or holds no token; allowed: a file whose first line has 16 to 4096 characters.",
            Assert.Single(Failures(new ManagementOptions { TokenFile = "no/such/file" })), StringComparison.Ordinal);

    [Fact]
    public void A_host_with_a_port_is_named_with_its_index() =>
        Assert.Equal("Weir:Management:AllowedHosts:1 is 'b:80'; allowed: a host name or an IP address without scheme and port.",
            Assert.Single(Failures(new ManagementOptions { AllowedHosts = ["a", "b:80"] })));

    [Fact]
    public void A_listener_that_is_off_has_no_rules() => Assert.Empty(Failures(new ManagementOptions { Enabled = false, Url = "nonsense" }));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("weir.internal", true)]
    [InlineData("10.1.2.4", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("", false)]
    public void Only_a_loopback_name_the_listeners_own_address_or_a_configured_name_may_be_the_Host(string host, bool allowed) =>
        Assert.Equal(allowed, ManagementGuard.IsAllowedHost(host, IPAddress.Parse("::ffff:10.1.2.3"), ["Weir.Internal"]));

    [Theory]
    [InlineData("Bearer 0123456789abcdef", true)]
    [InlineData("bearer 0123456789abcdef", true)]
    [InlineData("Bearer 0123456789abcdeF", false)]
    [InlineData("Basic 0123456789abcdef", false)]
    [InlineData("0123456789abcdef", false)]
    [InlineData(null, false)]
    public void Only_the_very_token_passes(string? authorization, bool allowed) =>
        Assert.Equal(allowed, BearerToken.Allows(new ManagementOptions { Token = "0123456789abcdef" }, authorization));

    [Fact]
    public void A_token_file_that_vanished_lets_nobody_in() =>
        Assert.False(BearerToken.Allows(new ManagementOptions { TokenFile = "no/such/file" }, "Bearer "));
}
