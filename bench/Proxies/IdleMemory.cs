using Weir.Bench.Load;
using Weir.Bench.Measure;
using Weir.Bench.Paths;

namespace Weir.Bench.Proxies;

/// <summary>What an idle kept-alive connection costs a proxy in memory.</summary>
/// <param name="BeforeBytes">Proportional memory of all its processes, warm, without connections.</param>
/// <param name="AfterBytes">The same with the connections, some seconds after the last request.</param>
internal sealed record IdleMemory(string Proxy, bool IsTls, int Connections, long BeforeBytes, long AfterBytes, int Failures)
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    public double BytesPerConnection => (double)(AfterBytes - BeforeBytes) / Connections;

    /// <summary>Starts a proxy of its own for it: one that has been under load has memory to spare for a few idle connections.</summary>
    public static async Task<IdleMemory?> RunAsync(Contenders contenders, string name, bool isTls, int connections, CancellationToken stop)
    {
        await using var origin = await OriginPath.StartAsync();
        await using var path = await contenders.StartAsync(name, origin.EndPoint.Port);
        if ((isTls ? path.TlsEndPoint : path.EndPoint) is not { } target)
            return null;
        await new LoadRequest(target, isTls, "/1k", Connections: 16, Seconds: 1).RunAsync(stop);
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        var before = ProcessStats.PssBytes(path.Pid!.Value);
        using var idle = await IdleConnections.OpenAsync(target, isTls, connections, stop);
        await Task.Delay(Settle, stop);
        var after = ProcessStats.PssBytes(path.Pid!.Value);
        return new IdleMemory(name, isTls, connections, before, after, idle.Failures);
    }

    /// <summary>All of them, a line per proxy and kind.</summary>
    public static string Text(IReadOnlyList<IdleMemory> all)
    {
        var table = new Table("proxy", "bytes/connection", "MB before", "MB with them", "failures");
        foreach (var one in all)
        {
            table.Add(
                $"{one.Proxy}, {(one.IsTls ? "TLS" : "plain")}",
                $"{one.BytesPerConnection:F0}",
                $"{one.BeforeBytes / 1048576.0:F1}",
                $"{one.AfterBytes / 1048576.0:F1}",
                $"{one.Failures}");
        }

        return $"""
            ### Idle connections, memory

            {all.Select(a => a.Connections).DefaultIfEmpty().Max():N0} connections that had one answer each; proportional set size of the proxy's processes, {Settle.TotalSeconds:F0} s after the
            last request, less what a fresh and slightly warmed process had. No collection is forced on .NET. The kernel's socket
            buffers are not in it.

            {table}
            """;
    }
}
