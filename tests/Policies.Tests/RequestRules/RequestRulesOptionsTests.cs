using Weir.Policies.RequestRules;

namespace Weir.Policies.Tests.RequestRules;

public sealed class RequestRulesOptionsTests
{
    private static readonly RequestRulesOptionsValidator Validator = new();

    [Fact]
    public void The_defaults_are_good_and_strict()
    {
        var options = new RequestRulesOptions();
        Assert.True(Validator.Validate(null, options).Succeeded);
        Assert.Equal((UnderscoreHeaders.Drop, false, 16), (options.UnderscoreHeaders, options.AllowTrace, options.MaxConnectionOptions));
        Assert.Empty(options.AllowedMethods);
        Assert.Equal(["websocket"], options.Upgrades);
    }

    [Fact]
    public void Every_entry_that_cannot_work_is_named_with_what_is_allowed()
    {
        var options = new RequestRulesOptions
        {
            AllowedMethods = ["GET", "get", "CONNECT", new string('A', 33)],
            Upgrades = ["websocket", "h2c", "H2", "a b", "SPDY/3.1"],
            ProtectedHeaders = ["X-A-*", "X-*-A", "", "*", "A B"],
        };
        Assert.Equal(
            [
                "Weir:RequestRules:AllowedMethods:1 is 'get'; allowed: a method in capitals, at most 32 characters, not CONNECT.",
                "Weir:RequestRules:AllowedMethods:2 is 'CONNECT'; allowed: a method in capitals, at most 32 characters, not CONNECT.",
                "Weir:RequestRules:AllowedMethods:3 is 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'; allowed: a method in capitals, at most 32 characters, not CONNECT.",
                "Weir:RequestRules:Upgrades:1 is 'h2c'; allowed: a protocol such as websocket, not h2c or h2.",
                "Weir:RequestRules:Upgrades:2 is 'H2'; allowed: a protocol such as websocket, not h2c or h2.",
                "Weir:RequestRules:Upgrades:3 is 'a b'; allowed: a protocol such as websocket, not h2c or h2.",
                "Weir:RequestRules:ProtectedHeaders:1 is 'X-*-A'; allowed: a header's name, with * at the end for any ending.",
                "Weir:RequestRules:ProtectedHeaders:2 is ''; allowed: a header's name, with * at the end for any ending.",
                "Weir:RequestRules:ProtectedHeaders:3 is '*'; allowed: a header's name, with * at the end for any ending.",
                "Weir:RequestRules:ProtectedHeaders:4 is 'A B'; allowed: a header's name, with * at the end for any ending.",
            ],
            Validator.Validate(null, options).Failures);
    }
}
