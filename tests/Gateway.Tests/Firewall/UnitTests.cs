using System.CommandLine;
using Weir.Gateway.Cli;

namespace Weir.Gateway.Tests.Firewall;

/// <summary>Who holds which power: the systemd units, and the command that they run.</summary>
public sealed class UnitTests
{
    private static readonly ILookup<string, string> Enforcer = Read("weir-firewall.service");
    private static readonly ILookup<string, string> Gateway = Read("weir.service");
    private static readonly ILookup<string, string> DropIn = Read("weir-firewall.conf");

    [Fact]
    public void The_enforcer_has_one_capability_and_no_network()
    {
        Assert.Equal(["CAP_NET_ADMIN"], Enforcer["AmbientCapabilities"]);
        Assert.Equal(["CAP_NET_ADMIN"], Enforcer["CapabilityBoundingSet"]);
        Assert.Equal(["yes"], Enforcer["NoNewPrivileges"]);
        Assert.Equal(["strict"], Enforcer["ProtectSystem"]);
        Assert.Equal(["AF_UNIX AF_NETLINK"], Enforcer["RestrictAddressFamilies"]);
        Assert.Equal(["any"], Enforcer["IPAddressDeny"]);
        Assert.Equal(["weir-firewall"], Enforcer["User"]);
    }

    [Fact]
    public void The_gateway_has_no_power_over_the_kernels_rules()
    {
        var powers = Gateway["AmbientCapabilities"].Concat(Gateway["CapabilityBoundingSet"]).ToList();

        Assert.All(powers, p => Assert.Equal("CAP_NET_BIND_SERVICE", p));
        Assert.Empty(DropIn["AmbientCapabilities"].Concat(DropIn["CapabilityBoundingSet"]));
    }

    [Fact]
    public void The_gateway_reaches_the_socket_by_its_group_and_nobody_else_does()
    {
        Assert.Equal(Enforcer["Group"], DropIn["SupplementaryGroups"]);
        Assert.Equal(["weir-firewall"], Enforcer["RuntimeDirectory"]);
        Assert.Equal(["0750"], Enforcer["RuntimeDirectoryMode"]);
        Assert.Contains("u weir-firewall ", File.ReadAllText(Repository.At("deploy/systemd/weir-firewall.sysusers")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_gateway_reads_logs_by_a_drop_in_that_adds_a_group_and_nothing_else()
    {
        Assert.Empty(Gateway["SupplementaryGroups"]);
        var added = Assert.Single(Read("weir-logs.conf"));
        Assert.Equal(("SupplementaryGroups", "adm"), (added.Key, Assert.Single(added)));
    }

    [Fact]
    public void The_command_of_the_unit_is_one_and_its_socket_is_where_the_gateway_looks()
    {
        var words = Enforcer["ExecStart"].Single().Split(' ');
        var parsed = WeirCommand.Create().Parse(words[1..]);

        Assert.Empty(parsed.Errors);
        Assert.Equal("enforce", parsed.CommandResult.Command.Name);
        Assert.Equal(new Weir.Policies.Firewall.FirewallOptions().Socket, words[Array.IndexOf(words, "--socket") + 1]);
    }

    [Theory]
    [InlineData("--never", "10.0.0.1/8", "--never is '10.0.0.1/8'; allowed: an address or a network such as 192.0.2.0/24.")]
    [InlineData("--max", "0", "--max is 0; allowed: 1 to 1000000.")]
    [InlineData("--port", "65536", "--port is 65536; allowed: 1 to 65535.")]
    [InlineData("--table", "a;b", "--table is 'a;b'; allowed: 1 to 32 letters, digits and underscores, a letter first.")]
    public async Task An_option_that_cannot_work_is_named_with_what_is_allowed(string option, string value, string expected)
    {
        using var errors = new StringWriter();
        var code = await WeirCommand.Create().Parse(["firewall", "enforce", option, value]).InvokeAsync(
            new InvocationConfiguration { Error = errors }, TestContext.Current.CancellationToken);

        Assert.Equal((1, expected), (code, errors.ToString().Trim()));
    }

    private static ILookup<string, string> Read(string file) => File.ReadAllLines(Repository.At($"deploy/systemd/{file}"))
        .Where(l => l.Contains('=', StringComparison.Ordinal) && !l.StartsWith('#'))
        .ToLookup(l => l[..l.IndexOf('=', StringComparison.Ordinal)], l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);
}
