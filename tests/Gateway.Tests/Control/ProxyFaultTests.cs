namespace Weir.Gateway.Tests.Control;

public sealed class ProxyFaultTests
{
    [Theory]
    [InlineData("""{"Routes": {"r": {"ClusterId": "shp", "Match": {"Path": "/"}}}, "Clusters": {"shop": {}}}""", "ReverseProxy:Routes:r:ClusterId is 'shp'; the nearest cluster is 'shop'.")]
    [InlineData("""{"Routes": {"r": {"Match": {"Path": "/"}}}}""", "ReverseProxy:Routes:r:ClusterId is missing; it must name a cluster.")]
    [InlineData("""{"Routes": {"r": {"ClusterId": "c", "Order": "first", "Match": {"Path": "/"}}}, "Clusters": {"c": {}}}""", "ReverseProxy:Routes:r:Order is 'first'; expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("""{"Clusters": {"c": {"HttpRequest": {"ActivityTimeout": "soon"}}}}""", "ReverseProxy:Clusters:c:HttpRequest:ActivityTimeout is 'soon'; expected a duration")]
    [InlineData("""{"Clusters": {"c": {"LoadBalancingPolicy": "Fastest"}}}""", "ReverseProxy:Clusters:c: No matching ILoadBalancingPolicy found for the load balancing policy 'Fastest' set on the cluster 'c'.")]
    [InlineData("""{"Clusters": {"c": {"Destinations": {"d": {"Address": "10.0.0.1:80"}}}}}""", "ReverseProxy:Clusters:c:Destinations:d:Address is '10.0.0.1:80'; expected an absolute http or https URL.")]
    [InlineData("""{"Clusters": {"c": {"Destinations": {"d": {"Host": "x"}}}}}""", "ReverseProxy:Clusters:c:Destinations:d:Address is missing; expected an absolute http or https URL.")]
    public async Task A_fault_in_YARPs_section_is_named_with_route_or_cluster(string proxy, string expected)
    {
        var errors = await Compilation.ErrorsOfAsync($$"""{"ReverseProxy": {{proxy}} }""");
        Assert.Contains(errors, e => e.StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AuthorizationPolicy", "default", "the gateway does not have this yet, except 'anonymous'.")]
    [InlineData("CorsPolicy", "Disable", "the gateway does not have this yet.")]
    [InlineData("OutputCachePolicy", "pages", "the gateway does not have this yet.")]
    [InlineData("RateLimiterPolicy", "slow", "the gateway does not have this yet.")]
    [InlineData("Timeout", "00:00:10", "use HttpRequest:ActivityTimeout of the route's cluster or Weir:Forwarding:TotalTimeout.")]
    [InlineData("TimeoutPolicy", "short", "use HttpRequest:ActivityTimeout of the route's cluster or Weir:Forwarding:TotalTimeout.")]
    public async Task A_setting_whose_middleware_is_not_there_is_a_fault(string name, string value, string advice) =>
        Assert.Contains($"ReverseProxy:Routes:shop:{name} is '{value}'; {advice}", await Compilation.ErrorsOfAsync(RouteWith(name, value)));

    [Theory]
    [InlineData("AuthorizationPolicy", "Anonymous")]
    [InlineData("CorsPolicy", "")]
    public async Task A_setting_that_asks_for_nothing_is_none(string name, string value) =>
        Assert.Empty(await Compilation.ErrorsOfAsync(RouteWith(name, value)));

    [Fact]
    public async Task Every_route_that_YARP_refuses_is_named()
    {
        var errors = await Compilation.ErrorsOfAsync(
            """
            {"ReverseProxy": {
              "Routes": {
                "a": {"ClusterId": "c", "Match": {"Path": "/{**x"}},
                "b": {"ClusterId": "c", "Match": {"Path": "/ok"}, "Transforms": [{"Nonsense": "1"}]},
                "c": {"ClusterId": "c", "Match": {"Path": "/ok", "Methods": ["GET", "GET"]}}
              },
              "Clusters": {"c": {"HttpClient": {"SslProtocols": ["Tls12", "Tls13"]}, "HttpRequest": {"Version": "2"}}}}}
            """);
        Assert.Equal(3, errors.Length);
        Assert.StartsWith("ReverseProxy:Routes:a:", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("ReverseProxy:Routes:b:", errors[1], StringComparison.Ordinal);
        Assert.StartsWith("ReverseProxy:Routes:c:", errors[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:80", "Kestrel:Endpoints:Http:Url is '127.0.0.1:80'; expected http://host:port or https://host:port.")]
    [InlineData("http://127.0.0.1:70000", "Kestrel:Endpoints:Http:Url is 'http://127.0.0.1:70000'; the port is 70000; allowed: 0 to 65535.")]
    [InlineData("http://127.0.0.1:eighty", "Kestrel:Endpoints:Http:Url is 'http://127.0.0.1:eighty'; the port must be a whole number from 0 to 65535.")]
    [InlineData("ftp://127.0.0.1", "Kestrel:Endpoints:Http:Url is 'ftp://127.0.0.1'; the scheme must be http or https.")]
    public async Task A_listener_that_cannot_be_is_named(string url, string expected) =>
        Assert.Equal([expected], await Compilation.ErrorsOfAsync($$"""{"Kestrel": {"Endpoints": {"Http": {"Url": "{{url}}"} } } }"""));

    [Theory]
    [InlineData("Admission", "Priority", "\"High\"")]
    [InlineData("Buffering", "Uploads", "false")]
    public async Task A_setting_of_a_route_that_is_not_there_is_a_fault(string section, string key, string value) =>
        Assert.Equal(
            [$"Weir:{section}:Routes:shp names no route; the nearest route is 'shop'."],
            await Compilation.ErrorsOfAsync(
                $$$"""
                {"Weir": {"{{{section}}}": {"Routes": {"shp": { "{{{key}}}": {{{value}}} } } } },
                 "ReverseProxy": {"Routes": {"shop": {"ClusterId": "c", "Match": {"Path": "/"} } }, "Clusters": {"c": {} } } }
                """));

    [Theory]
    [InlineData("http://10.0.0.55:80", "Weir:Farm:Servers:0:Address is 'http://10.0.0.55:80', which no cluster has as a destination; the nearest server is 'http://10.0.0.5:80'.")]
    [InlineData("https://10.0.0.5", "Weir:Farm:Servers:0:Address is 'https://10.0.0.5', which no cluster has as a destination; the nearest server is 'http")]
    public async Task A_farm_server_that_no_cluster_sends_to_is_a_fault(string address, string expected) =>
        Assert.StartsWith(expected, Assert.Single(await Compilation.ErrorsOfAsync(WithServer(address))), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://10.0.0.5:80")]
    [InlineData("HTTP://10.0.0.5/any/path")]
    [InlineData("http://B.example:8080/")]
    public async Task A_farm_server_may_be_spelled_otherwise_than_the_destination(string address) =>
        Assert.Empty(await Compilation.ErrorsOfAsync(WithServer(address)));

    [Fact]
    public async Task Without_any_cluster_a_farm_server_is_a_fault_too() =>
        Assert.Equal(
            ["Weir:Farm:Servers:0:Address is 'http://a', which no cluster has as a destination; there is no server."],
            await Compilation.ErrorsOfAsync("""{"Weir": {"Farm": {"Servers": [{"Address": "http://a"}]}}}"""));

    private static string WithServer(string address) =>
        $$"""
        {"Weir": {"Farm": {"Servers": [{"Address": "{{address}}", "Limit": 5}]} },
         "ReverseProxy": {"Clusters": {"c": {"Destinations": {"a": {"Address": "http://10.0.0.5"}, "b": {"Address": "http://b.example:8080/app"} } } } } }
        """;

    private static string RouteWith(string name, string value) =>
        $$$"""
        {"ReverseProxy": {
          "Routes": {"shop": {"ClusterId": "c", "Match": {"Path": "/"}, "{{{name}}}": "{{{value}}}"} },
          "Clusters": {"c": {} } } }
        """;
}
