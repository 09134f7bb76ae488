namespace Weir.Gateway.Tests.Control;

public sealed class ThrottleCheckTests
{
    [Theory]
    [InlineData("""{"Weir": {"Throttle": {"PageCount": -1}}}""", "Weir:Throttle:PageCount is -1; allowed: 0 to 1000000.")]
    [InlineData("""{"Weir": {"Throttle": {"Status": 404}}}""", "Weir:Throttle:Status is 404; allowed: 403, 429, 503.")]
    [InlineData("""{"Weir": {"Throttle": {"Mode": "Gaps"}}}""", "Weir:Throttle:Mode is 'Gaps'; expected one of Window, Gap; the nearest is Gap.")]
    [InlineData("""{"Weir": {"Throttle": {"PageIntervall": "00:00:01"}}}""", "Weir:Throttle:PageIntervall is unknown; the nearest known key is PageInterval.")]
    [InlineData("""{"Weir": {"Throttle": {"Allow": ["10.*.1.1"]}}}""", "Weir:Throttle:Allow:0 is '10.*.1.1'; allowed: an address, a network as 10.0.0.0/8, or an IPv4 address whose last parts are *, as 10.0.*.*.")]
    [InlineData("""{"Weir": {"Throttle": {"Rules": [{"Name": "a", "Scope": "Route", "Route": "shp", "RequestsPerSecond": 1}]}}, "ReverseProxy": {"Routes": {"shop": {"ClusterId": "c", "Match": {"Path": "/"}}}, "Clusters": {"c": {}}}}""", "Weir:Throttle:Rules:0:Route is 'shp', which names no route; the nearest route is 'shop'.")]
    [InlineData("""{"Weir": {"Throttle": {"Enabled": true}}, "IpRateLimiting": {"GeneralRules": [{"Endpoint": "*", "Period": "1w", "Limit": 1}]}}""", "IpRateLimiting:GeneralRules:0:Period is '1w'; allowed: a whole number and s, m, h or d, at most 31d.")]
    public async Task A_fault_of_the_throttle_is_named(string json, string expected) =>
        Assert.Equal([expected], await Compilation.ErrorsOfAsync(json));

    [Theory]
    [InlineData("""{"Weir": {"Throttle": {"Enabled": true, "ImportIpRateLimiting": false}}, "IpRateLimiting": {"GeneralRules": [{"Period": "1w"}]}}""")]
    [InlineData("""{"IpRateLimiting": {"GeneralRules": [{"Period": "1w"}]}}""")]
    [InlineData("""{"Weir": {"Throttle": {"Enabled": true}}, "IpRateLimiting": {"Unknown": 1, "GeneralRules": [{"Endpoint": "*", "Period": "7d", "Limit": 1}]}}""")]
    public async Task Sections_that_are_not_ours_are_judged_only_where_they_are_imported(string json) =>
        Assert.Empty(await Compilation.ErrorsOfAsync(json));
}
