using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;

namespace Weir.Policies.Tests.Jail;

public sealed class JailOptionsTests
{
    [Fact]
    public void The_defaults_are_valid_and_ban_nobody()
    {
        var options = new JailOptions();
        Assert.True(Judge(options).Succeeded);
        Assert.Equal((403, 100_000, 4096, TimeSpan.FromSeconds(5), TimeSpan.FromDays(7)), (options.Status, options.MaxBans, options.MaxNetworks, options.SaveDelay, options.Remember));
        Assert.Null(options.StateFile);
        Assert.Empty(options.Jails);
        Assert.Null(options.Fail2ban.Folder);
        var jail = new JailSettings();
        Assert.Equal((5, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10)), (jail.MaxRetry, jail.FindTime, jail.BanTime));
    }

    [Fact]
    public void Every_fault_is_told_with_key_value_and_what_is_allowed()
    {
        var options = new JailOptions { Ignore = ["10.0.0.0/8", "here", "10.0.0.1/8", "2001:db8::1/32", "192.0.2.7/32"], ScannerPaths = ["/ok", "no", "/a*b"], MaxBans = 10 };
        options.Jails["manual"] = new JailSettings { Offences = [OffenceKind.Auth] };
        options.Jails["a b"] = new JailSettings { Offences = [OffenceKind.Auth] };
        options.Jails["x"] = new JailSettings { CountForbidden = true, Ignore = ["?"], Increment = new() { MaxTime = TimeSpan.FromSeconds(1), Multipliers = [1, 0] } };
        options.Fail2ban = new Fail2banSettings { Folder = "etc", Jails = ["a/b"], Live = ["apache-auth", "b c"] };
        Assert.Equal(
            [
                "Weir:Jail:Ignore:1 is 'here'; allowed: an IPv4 or IPv6 address, or a network such as 192.0.2.0/24.",
                "Weir:Jail:Ignore:2 is '10.0.0.1/8'; allowed: a network's first address, here 10.0.0.0/8.",
                "Weir:Jail:Ignore:3 is '2001:db8::1/32'; allowed: a network's first address, here 2001:db8::/32.",
                "Weir:Jail:ScannerPaths:1 is 'no'; allowed: a path of 2 to 256 characters that begins with / or *, with * at its ends only.",
                "Weir:Jail:ScannerPaths:2 is '/a*b'; allowed: a path of 2 to 256 characters that begins with / or *, with * at its ends only.",
                "Weir:Jail:MaxNetworks is 4096; allowed: 0 to 10, the value of MaxBans.",
                "Weir:Jail:Jails:manual has the name 'manual'; allowed: 1 to 64 letters, digits, hyphens, dots and underscores, not manual or replica.",
                "Weir:Jail:Jails:a b has the name 'a b'; allowed: 1 to 64 letters, digits, hyphens, dots and underscores, not manual or replica.",
                "Weir:Jail:Jails:x:Offences is empty; allowed: one or more of Throttle, BadRequest, Auth, Scanner, Connection.",
                "Weir:Jail:Jails:x:CountForbidden is true; allowed only with Auth among its Offences.",
                "Weir:Jail:Jails:x:Increment:MaxTime is 00:00:01; allowed: 00:10:00, the value of BanTime, and more.",
                "Weir:Jail:Jails:x:Increment:Multipliers:1 is 0; allowed: above 0 to 1000000.",
                "Weir:Jail:Jails:x:Ignore:0 is '?'; allowed: an IPv4 or IPv6 address, or a network such as 192.0.2.0/24.",
                "Weir:Jail:Fail2ban:Folder is 'etc'; allowed: an absolute path such as /etc/fail2ban.",
                "Weir:Jail:Fail2ban:Jails:0 is 'a/b'; allowed: the name of a jail.",
                "Weir:Jail:Fail2ban:Live:1 is 'b c'; allowed: the name of a jail, or all.",
            ],
            Judge(options).Failures!);
    }

    [Fact]
    public void Jails_that_could_never_count_are_faults()
    {
        var options = new JailOptions { ScannerPaths = [], Fail2ban = new Fail2banSettings { Live = ["all"] } };
        options.Jails["x"] = new JailSettings { Offences = [OffenceKind.Scanner] };
        options.Jails["y"] = new JailSettings { Offences = [OffenceKind.Connection, OffenceKind.Throttle, OffenceKind.Waf] };
        Assert.Equal(
            [
                "Weir:Jail:Jails:x:Offences has Scanner, and Weir:Jail:ScannerPaths is empty: it would never count.",
                "Weir:Jail:Jails:y:Offences has Waf, which nothing reports yet: it would never count; allowed: Throttle, BadRequest, Auth, Scanner, Connection.",
                "Weir:Jail:Fail2ban:Folder is not set, and Live names jails of it.",
            ],
            Judge(options).Failures!);
    }

    private static ValidateOptionsResult Judge(JailOptions options) => new JailOptionsValidator().Validate(null, options);
}
