using Weir.Policies.Throttle;

namespace Weir.Policies.Tests.Throttle;

public sealed class ThrottleOptionsTests
{
    private static readonly ThrottleOptionsValidator Validator = new();

    [Fact]
    public void The_defaults_are_those_of_mod_evasive_but_for_the_rule_and_the_status()
    {
        var options = new ThrottleOptions();
        Assert.True(Validator.Validate(null, options).Succeeded);
        Assert.Equal((false, false, ThrottleMode.Window, 429), (options.Enabled, options.DryRun, options.Mode, options.Status));
        Assert.Equal((2, 1.0, 50, 1.0, 10.0, true), (
            options.PageCount, options.PageInterval.TotalSeconds, options.SiteCount, options.SiteInterval.TotalSeconds, options.BlockingPeriod.TotalSeconds, options.Rearm));
        Assert.True(options.StaticExemption.Enabled);
        Assert.Equal((0, 0.0), (options.Connections.PerAddress, options.Connections.NewPerSecond));
    }

    [Fact]
    public void Every_fault_is_a_sentence_with_key_value_and_what_is_allowed()
    {
        var options = new ThrottleOptions
        {
            Allow = ["10.0.0.0/8", "10.*.0.1", "10.0.0.0/33", "ten", "10", "10.0.0.1/8", "2001:db8::1/32", "::ffff:10.0.0.1", "192.0.2.7/32"],
            StaticExemption = new() { Extensions = ["css", ".js", ""] },
            Connections = new() { NewBurst = 3 },
            ModEvasiveFile = "/nowhere",
            Rules =
            [
                new(),
                new() { Name = "a", Burst = 3, ConcurrentRequests = 1, Scope = ThrottleScope.Route },
                new() { Name = "A", RequestsPerSecond = 1, RequestsPerMinute = 2, Path = "x", Host = "a b", Methods = ["G T"] },
            ],
        };
        const string Address = "an address, a network as 10.0.0.0/8, or an IPv4 address whose last parts are *, as 10.0.*.*";
        Assert.Equal(
            [
                $"Weir:Throttle:Allow:1 is '10.*.0.1'; allowed: {Address}.",
                $"Weir:Throttle:Allow:2 is '10.0.0.0/33'; allowed: {Address}.",
                $"Weir:Throttle:Allow:3 is 'ten'; allowed: {Address}.",
                $"Weir:Throttle:Allow:4 is '10'; allowed: {Address}.",
                "Weir:Throttle:Allow:5 is '10.0.0.1/8'; allowed: a network's first address, here 10.0.0.0/8.",
                "Weir:Throttle:Allow:6 is '2001:db8::1/32'; allowed: a network's first address, here 2001:db8::/32.",
                "Weir:Throttle:StaticExemption:Extensions:1 is '.js'; allowed: 1 to 16 letters and digits, without dot.",
                "Weir:Throttle:StaticExemption:Extensions:2 is ''; allowed: 1 to 16 letters and digits, without dot.",
                "Weir:Throttle:Rules:0:Name is missing; allowed: 1 to 64 letters, digits, dots, hyphens and underscores.",
                "Weir:Throttle:Rules:0 has no bound; allowed: at least one of RequestsPerSecond, RequestsPerMinute, ConcurrentRequests and BytesPerSecond.",
                "Weir:Throttle:Rules:1:Route is missing; with Scope Route it must be set.",
                "Weir:Throttle:Rules:1:Burst is 3, but there is no rate; allowed: Burst only with RequestsPerSecond or RequestsPerMinute.",
                "Weir:Throttle:Rules:2:Name is 'A', as of a rule above; allowed: names that differ.",
                "Weir:Throttle:Rules:2:RequestsPerMinute is 2, and RequestsPerSecond 1; allowed: one of them.",
                "Weir:Throttle:Rules:2:Path is 'x'; allowed: a text that begins with / or *.",
                "Weir:Throttle:Rules:2:Host is 'a b'; allowed: a name or an address without port, with *. at the start for any labels.",
                "Weir:Throttle:Rules:2:Methods:0 is 'G T'; allowed: a method, at most 32 letters and digits.",
                "Weir:Throttle:Connections:NewBurst is 3, but NewPerSecond is 0; allowed: NewBurst only with NewPerSecond.",
            ],
            Validator.Validate(null, options).Failures!.SkipLast(1));
        Assert.StartsWith("Weir:Throttle:ModEvasiveFile: /nowhere cannot be read", Validator.Validate(null, options).Failures!.Last(), StringComparison.Ordinal);
    }
}
