using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Weir.Support;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Tests.Admission;

/// <summary>A cluster of servers that exist only as slots, with a clock that the test moves.</summary>
internal sealed class Farm : IDisposable
{
    public Farm(int servers = 1, int limit = 1, AdmissionOptions? options = null)
    {
        Rules = new AdmissionRules(options ?? new AdmissionOptions());
        SlowStart = new SlowStart(() => TimeSpan.FromSeconds(10), Clock);
        Destinations = [.. Enumerable.Range(1, servers).Select(i => new DestinationState(
            $"d{i}", new DestinationModel(new DestinationConfig { Address = $"http://10.0.0.{i}/" })))];
        Cluster = new ClusterState("c", new ClusterModel(new ClusterConfig { ClusterId = "c" }, new HttpMessageInvoker(new SocketsHttpHandler())));
        SetAvailable(Destinations);
        foreach (var destination in Destinations)
            Directory.GetOrAdd(destination.Model.Config.Address).SetFarmLimit(limit);
        Line = new ClusterLine(Cluster, new ClusterMembersSource(Cluster, Directory, SlowStart), () => Rules, Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public ServerDirectory Directory { get; } = new();

    public SlowStart SlowStart { get; }

    public DestinationState[] Destinations { get; }

    public ClusterState Cluster { get; }

    public AdmissionRules Rules { get; set; }

    public ClusterLine Line { get; }

    public ServerSlots Server(int number = 1) => Directory.GetOrAdd($"http://10.0.0.{number}/");

    public void SetAvailable(params DestinationState[] available) =>
        Cluster.DestinationsState = new ClusterDestinationsState(Destinations, available);

    /// <summary>Takes every free slot.</summary>
    public Stack<Slot> Fill(int number = 1)
    {
        var taken = new Stack<Slot>();
        while (Server(number).TryAcquire(out var slot))
            taken.Push(slot);
        return taken;
    }

    public Task<WaitOutcome> Wait(
        ulong client = 1,
        PriorityClass priority = PriorityClass.Normal,
        double seconds = 10,
        ServerSlots? pinned = null,
        ServerSlots? avoid = null,
        int headerBytes = 0,
        CancellationToken aborted = default) =>
        Line.WaitAsync(
            new WaitRequest(client, priority, TimeSpan.FromSeconds(seconds), IsClientDeadline: false, headerBytes, pinned, avoid is null ? null : [avoid]), aborted).AsTask();

    public void Dispose()
    {
        Line.Dispose();
        SlowStart.Dispose();
    }
}
