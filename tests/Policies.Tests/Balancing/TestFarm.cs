using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Weir.Policies.Balancing;
using Weir.Policies.ClientAddress;
using Weir.Support;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Tests.Balancing;

/// <summary>A cluster of servers that exist only as slots, and the slice's services around it.</summary>
internal sealed class TestFarm : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<ServerMember, int> _index = new(ReferenceEqualityComparer.Instance);

    public TestFarm(
        int[] limits,
        int?[]? weights = null,
        string? hashKey = null,
        Action<BalancingOptions>? options = null,
        SessionAffinityConfig? affinity = null,
        HealthCheckConfig? health = null,
        IEnumerable<string>? addresses = null)
    {
        var services = new ServiceCollection().AddLogging().AddOptions();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<ServerDirectory>();
        services.AddReverseProxy();
        services.AddBalancing();
        if (options is not null)
            services.Configure(options);
        _services = services.BuildServiceProvider();

        var names = addresses?.ToArray() ?? [.. limits.Select((_, i) => $"http://10.0.{i / 250}.{i % 250}:80")];
        var destinations = new DestinationState[limits.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            var weight = weights?[i] is { } w ? new Dictionary<string, string> { [ClusterMembers.WeightMetadata] = $"{w}" } : null;
            destinations[i] = new DestinationState($"d{i}", new DestinationModel(new DestinationConfig { Address = names[i], Metadata = weight }));
            Servers.GetOrAdd(names[i]).SetFarmLimit(limits[i]);
        }

        var config = new ClusterConfig
        {
            ClusterId = "shop",
            SessionAffinity = affinity,
            HealthCheck = health,
            Metadata = hashKey is null ? null : new Dictionary<string, string> { [HashKey.Metadata] = hashKey },
        };
        Cluster = new ClusterState("shop", new ClusterModel(config, new HttpMessageInvoker(new SocketsHttpHandler())));
        Cluster.DestinationsState = new ClusterDestinationsState(destinations, destinations);
        Members = new ClusterMembers(Cluster, destinations, Servers);
        for (var i = 0; i < limits.Length; i++)
            _index[Members.All[i]] = i;
    }

    public FakeTimeProvider Clock { get; } = new();

    public ServerDirectory Servers => _services.GetRequiredService<ServerDirectory>();

    public ClusterState Cluster { get; }

    public ClusterMembers Members { get; }

    public DefaultHttpContext Context { get; } = new();

    public T Get<T>()
        where T : notnull
        => _services.GetRequiredService<T>();

    public ISlotPolicy Policy(string name) =>
        (ISlotPolicy)_services.GetServices<ILoadBalancingPolicy>().Single(p => p.Name == name);

    public ServerSlots Server(int index) => Members.All[index].Slots;

    public void Occupy(int index, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            Assert.True(Server(index).TryAcquire(out var slot));
            _slots.Add(slot);
        }
    }

    /// <summary>Picks and takes a slot at once, as admission does.</summary>
    public int Take(ISlotPolicy policy, HttpContext? context = null)
    {
        var member = policy.Pick(context ?? Context, Members);
        if (member is null)
            return -1;
        Assert.True(member.Slots.TryAcquire(out var slot));
        _slots.Add(slot);
        return Index(member);
    }

    public int Index(ServerMember? member) => member is null ? -1 : _index[member];

    /// <summary>Picks per server, slots not taken.</summary>
    public int[] Count(ISlotPolicy policy, int picks)
    {
        var counts = new int[Members.All.Length];
        for (var i = 0; i < picks; i++)
            counts[Index(policy.Pick(Context, Members))]++;
        return counts;
    }

    public static HttpContext From(ulong client)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IClientKeyFeature>(new ClientFeature(client, address: null, isDirect: true, isTrusted: false));
        return context;
    }

    public void Dispose()
    {
        // A slot is a struct that remembers being disposed, so it is given back from where it lies.
        foreach (ref var slot in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_slots))
            slot.Dispose();
        Assert.All(Members.All, m => Assert.Equal(0, m.Slots.InFlight));
        _services.Dispose();
    }
}
