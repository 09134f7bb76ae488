using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Weir.Forwarding.Tests.Admission;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Tests;

public sealed class AllocationTests
{
    [Fact]
    public async Task Admission_and_accounting_allocate_nothing_when_no_one_waits()
    {
        using var farm = new Farm(servers: 3, limit: 100);
        await using var services = new ServiceCollection().AddMetrics().Configure<AdmissionOptions>(_ => { }).BuildServiceProvider();
        using var rules = new RulesSource(services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>());
        using var lines = new ClusterLines(farm.Directory, farm.SlowStart, rules, TimeProvider.System);
        var metrics = new AdmissionMetrics(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        using var ejector = new Ejector(() => new EjectionOptions(), farm.Directory, farm.SlowStart, TimeProvider.System, NullLogger<Ejector>.Instance);
        var forwarder = new SlotForwarder(new InstantForwarder(), ejector, metrics, TimeProvider.System, NullLogger<SlotForwarder>.Instance);
        var request = new ReusedContext(farm.Cluster);
        var client = farm.Cluster.Model.HttpClient;
        var failed = 0;
        RequestDelegate forward = context =>
        {
            var sent = forwarder.SendAsync(context, "http://10.0.0.1/", client, ForwarderRequestConfig.Empty, HttpTransformer.Default);
            // Assertions allocate: count here, assert at the end.
            failed += sent.GetAwaiter().GetResult() == ForwarderError.None ? 0 : 1;
            return Task.CompletedTask;
        };
        var admission = new AdmissionMiddleware(forward, lines, new BalancingPolicies([new FirstWithRoom()]), rules, metrics, TimeProvider.System);
        void One()
        {
            failed += admission.InvokeAsync(request.Context).IsCompletedSuccessfully ? 0 : 1;
            request.End();
        }

        for (var i = 0; i < 1000; i++)
            One();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            One();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, failed);
        Assert.Equal(0, farm.Server(1).InFlight);
    }

    private sealed class FirstWithRoom : ISlotPolicy
    {
        public string Name => LoadBalancingPolicies.PowerOfTwoChoices;

        public ServerMember? Pick(HttpContext context, ClusterMembers members) => Array.Find(members.All, static m => m.Slots.HasRoom);

        public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations) =>
            availableDestinations[0];
    }
}
