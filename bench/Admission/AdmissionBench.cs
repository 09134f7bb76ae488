using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Bench.Measure;
using Weir.Forwarding;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Weir.Forwarding.Tests;
using Weir.Policies.Balancing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Weir.Bench.Admission;

/// <summary>What admission, balancing and accounting cost a request, and how that grows with the line.</summary>
internal sealed class AdmissionBench : IBench
{
    public string Name => "admission";

    public string Summary => "time and bytes per request when no one waits; cost and memory of 100 and 10,000 waiting requests";

    public string Options => """
          --requests 2000000  requests of each round
          --write             put the table into docs/benchmarks.md
        """;

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var requests = arguments.Number("requests", 2_000_000);
        var table = new Table("case", "ns per request", "bytes per request");
        foreach (var servers in new[] { 1, 3, 50 })
        {
            var (ns, bytes) = NoOneWaits(servers, requests);
            table.Add($"no one waits, {servers} servers", $"{ns:F0}", $"{bytes:F2}");
        }

        var memory = "";
        double few = 0, many = 0;
        foreach (var waiting in new[] { 100, 1_000, 10_000 })
        {
            var (ns, held) = await WaitingAsync(waiting, requests / 20);
            table.Add($"a slot passed on, {waiting:N0} wait", $"{ns:F0}", "");
            (few, many) = waiting == 100 ? (ns, many) : (few, ns);
            memory = $"{waiting:N0} waiting requests hold {held / 1048576.0:F1} MB in the line ({held / waiting} bytes each)";
        }

        var text = $"""
            ## Admission

            The middleware, the balancing policy, the forwarder's accounting and a forwarder that answers at once, on one thread.

            {table}
            10,000 waiting cost {many / few:F2} x what 100 cost, per slot passed on. {memory}.
            {MachineFacts.Describe()}.
            Again: `make bench BENCH="admission --write"`.
            """;
        Console.WriteLine(text);
        if (arguments.Flag("write"))
            ReportFile.Write(Name, text);
        return 0;
    }

    private static (double Nanoseconds, double Bytes) NoOneWaits(int servers, int requests)
    {
        using var farm = new BenchFarm(servers, limit: 100);
        var client = farm.Cluster.Model.HttpClient;
        RequestDelegate forward = context =>
        {
            var sent = farm.Forwarder.SendAsync(context, "http://10.0.0.1/", client, ForwarderRequestConfig.Empty, HttpTransformer.Default);
            sent.GetAwaiter().GetResult();
            return Task.CompletedTask;
        };
        var admission = farm.Admission(forward);
        var request = new ReusedContext(farm.Cluster);
        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                _ = admission.InvokeAsync(request.Context);
                request.End();
            }
        }

        Run(requests / 10);
        Thread.Sleep(300);
        Run(requests / 10);
        var best = double.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 5; round++)
        {
            var started = Stopwatch.GetTimestamp();
            Run(requests);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / requests);
        }

        return (best, (GC.GetAllocatedBytesForCurrentThread() - before) / (5.0 * requests));
    }

    /// <summary>Each turn frees a slot, serves the next in line, and lets a newcomer join: the line stays as long as it is.</summary>
    private static async Task<(double Nanoseconds, long Bytes)> WaitingAsync(int waiting, int turns)
    {
        using var farm = new BenchFarm(servers: 3, limit: 10);
        foreach (var server in farm.Directory.All)
        {
            while (server.TryAcquire(out _))
            {
            }
        }

        var line = farm.Lines.Of(farm.Cluster);
        var random = new Random(1);
        WaitRequest Next() => new((ulong)random.Next(waiting), PriorityClass.Normal, TimeSpan.FromMinutes(5), IsClientDeadline: false, 500, null, null);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var waits = new Queue<Task<WaitOutcome>>(waiting + 1);
        for (var i = 0; i < waiting; i++)
            waits.Enqueue(line.WaitAsync(Next(), CancellationToken.None).AsTask());
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        var freed = farm.Directory.All.First();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; i < turns; i++)
        {
            waits.Enqueue(line.WaitAsync(Next(), CancellationToken.None).AsTask());
            freed.Release();
            if (i % 64 == 0)
                await Task.Yield();
        }

        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        return (cpu.TotalNanoseconds / turns, held);
    }

    /// <summary>Servers that exist only as slots, and the real parts in front of them.</summary>
    private sealed class BenchFarm : IDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection()
            .AddMetrics()
            .AddLogging()
            .AddOptions()
            .Configure<AdmissionOptions>(o =>
            {
                o.MaxLength = 100_000;
                o.MaxBytes = 1L << 32;
                o.MaxWait = TimeSpan.FromMinutes(10);
                o.Target = TimeSpan.FromMinutes(10);
            })
            .AddForwarding()
            .AddBalancing()
            .BuildServiceProvider();

        public BenchFarm(int servers, int limit)
        {
            var destinations = Enumerable.Range(1, servers).Select(i => new DestinationState(
                $"d{i}", new DestinationModel(new DestinationConfig { Address = $"http://10.0.{i / 250}.{i % 250}/" }))).ToArray();
            Cluster = new ClusterState("c", new ClusterModel(new ClusterConfig { ClusterId = "c", LoadBalancingPolicy = "FreeSlots" }, new HttpMessageInvoker(new SocketsHttpHandler())))
            {
                DestinationsState = new ClusterDestinationsState(destinations, destinations),
            };
            foreach (var destination in destinations)
                Directory.GetOrAdd(destination.Model.Config.Address).SetFarmLimit(limit);
            Forwarder = ActivatorUtilities.CreateInstance<SlotForwarder>(_services, new InstantForwarder());
        }

        public ServerDirectory Directory => _services.GetRequiredService<ServerDirectory>();

        public ClusterLines Lines => _services.GetRequiredService<ClusterLines>();

        public ClusterState Cluster { get; }

        public SlotForwarder Forwarder { get; }

        public AdmissionMiddleware Admission(RequestDelegate next) => ActivatorUtilities.CreateInstance<AdmissionMiddleware>(_services, next);

        public void Dispose() => _services.Dispose();
    }
}
