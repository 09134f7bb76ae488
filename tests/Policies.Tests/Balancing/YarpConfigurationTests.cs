using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Slots;
using Weir.Policies.Balancing;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Policies.Tests.Balancing;

public class YarpConfigurationTests
{
    [Fact]
    public async Task Yarp_accepts_every_policy_by_name()
    {
        foreach (var name in new[] { "FreeSlots", "WeightedRoundRobin", "WeightedLeastRequests", "PeakEwma", "ConsistentHash" })
            Assert.Empty(await Errors(new ClusterConfig { ClusterId = "c", LoadBalancingPolicy = name }));
        Assert.NotEmpty(await Errors(new ClusterConfig { ClusterId = "c", LoadBalancingPolicy = "Nonsense" }));
    }

    [Fact]
    public async Task A_silent_cluster_gets_our_defaults_and_a_speaking_one_keeps_its_own()
    {
        var filter = Services(o => o.DefaultPolicy = "PeakEwma").GetServices<IProxyConfigFilter>().Single();
        var silent = await filter.ConfigureClusterAsync(new ClusterConfig { ClusterId = "c" }, TestContext.Current.CancellationToken);
        Assert.Equal("PeakEwma", silent.LoadBalancingPolicy);
        Assert.Equal("PanicThreshold", silent.HealthCheck?.AvailableDestinationsPolicy);

        var own = new ClusterConfig
        {
            ClusterId = "c",
            LoadBalancingPolicy = "Random",
            HealthCheck = new() { AvailableDestinationsPolicy = "HealthyOrPanic", Active = new() { Path = "/up" } },
        };
        Assert.Equal(own, await filter.ConfigureClusterAsync(own, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wrong_metadata_is_reported_with_its_key_what_is_allowed_and_what_was_found()
    {
        var errors = await Errors(new ClusterConfig
        {
            ClusterId = "c",
            Metadata = new Dictionary<string, string> { ["Weir.HashKey"] = "query:id" },
            Destinations = new Dictionary<string, DestinationConfig>
            {
                ["a"] = new() { Address = "http://a", Metadata = new Dictionary<string, string> { ["Weir.Weight"] = "0" } },
                ["b"] = new() { Address = "http://b", Metadata = new Dictionary<string, string> { ["Weir.Weight"] = "1000000" } },
            },
        });
        Assert.Equal(
            [
                "ReverseProxy:Clusters:c:Metadata:Weir.HashKey is 'query:id'; allowed: address, header:NAME, cookie:NAME or path.",
                "ReverseProxy:Clusters:c:Destinations:a:Metadata:Weir.Weight is '0'; allowed: 1 to 1000000.",
            ],
            errors);
    }

    private static ServiceProvider Services(Action<BalancingOptions>? options = null)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<ServerDirectory>();
        services.AddBalancing();
        services.AddReverseProxy();
        if (options is not null)
            services.Configure(options);
        return services.BuildServiceProvider();
    }

    private static async Task<string[]> Errors(ClusterConfig cluster)
    {
        await using var services = Services();
        var errors = await services.GetRequiredService<IConfigValidator>().ValidateClusterAsync(cluster);
        return [.. errors.Select(e => e.Message)];
    }
}
