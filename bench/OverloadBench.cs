using System.Diagnostics;
using Weir.Bench.Measure;
using Weir.Bench.Paths;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Bench;

/// <summary>Many more clients than a real Apache has workers, side by side through each proxy and without one.</summary>
internal sealed class OverloadBench : IBench
{
    private const int Workers = 150;
    private const int HandlerMilliseconds = 100;

    public string Name => "overload";

    public string Summary => "4,025 closed-loop clients on an Apache with 150 workers and a 100 ms handler";

    public string Options => """
          --seconds 24        length of each cell
          --warmup 10         start of a cell that "steady" leaves out (at most half of it)
          --clients 4025      keep-alive connections
          --paths LIST        of weir,haproxy,haproxy-queue,nginx,direct
          --mpm LIST          of event,prefork
          --timeouts 10,2     client time-outs in seconds
          --write             put the table into docs/benchmarks.md
        """;

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var seconds = arguments.Number("seconds", 24);
        var warmUp = Math.Min(arguments.Number("warmup", 10), seconds / 2);
        var clients = arguments.Number("clients", 4025);
        var cells = new List<OverloadCell>();
        // The paths take turns in the innermost loop, so that what drifts on the machine drifts for all of them.
        foreach (var timeout in arguments.Numbers("timeouts", 10, 2))
        {
            foreach (var mpm in arguments.List("mpm", "event", "prefork"))
            {
                foreach (var path in arguments.List("paths", "weir", "haproxy", "haproxy-queue", "nginx", "direct"))
                {
                    var cell = await RunCellAsync(path, mpm, timeout, seconds, warmUp, clients, stop);
                    cells.Add(cell);
                    await Console.Error.WriteLineAsync($"{path} -> {mpm}, {timeout} s: {cell.Result}");
                }
            }
        }

        var table = new Table(OverloadCell.Header);
        foreach (var cell in cells)
            table.Add(cell.Row(Workers * 1000.0 / HandlerMilliseconds));
        var text = $"""
            ## Overload

            {clients} keep-alive clients, each with one request at a time, give up after 10 s or 2 s and start over on a new
            connection; {Workers} Apache workers, a handler of {HandlerMilliseconds} ms, so {Workers * 1000 / HandlerMilliseconds}/s is the ideal. Every cell
            starts its Apache and its proxy cold and runs {seconds} s; "steady" leaves out the first {warmUp} s. A full line may refuse
            (status) rather than let wait; failures are counted in the whole cell. HAProxy has `maxconn {Workers - 1}`, in
            "haproxy-queue" also a queue time-out of 0.9 x the clients' patience; nginx has `max_conns={Workers - 1}`.

            {table}
            {MachineFacts.Describe()}.
            Again: `make bench BENCH="overload --seconds {seconds} --write"`.
            """;
        Console.WriteLine(text);
        if (arguments.Flag("write"))
            ReportFile.Write(Name, text);
        return 0;
    }

    private static async Task<OverloadCell> RunCellAsync(string pathName, string mpm, int timeout, int seconds, int warmUp, int clients, CancellationToken stop)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = MpmBlock(mpm) });
        await using var path = await StartPathAsync(pathName, apache.Port, timeout);
        var before = path.Pid is { } pid ? ProcessStats.Read(pid) : null;
        var options = new LoadOptions
        {
            Target = path.EndPoint,
            Connections = clients,
            Path = $"/slow?ms={HandlerMilliseconds}",
            Timeout = TimeSpan.FromSeconds(timeout),
            Duration = TimeSpan.FromSeconds(seconds),
            WarmUp = TimeSpan.FromSeconds(warmUp),
            RampUp = TimeSpan.FromSeconds(Math.Min(1, seconds / 10.0)),
            Drain = false,
        };
        var result = await LoadClient.RunAsync(options, stop);
        stop.ThrowIfCancellationRequested();
        var after = path.Pid is { } still ? ProcessStats.Read(still) : null;
        return new OverloadCell(pathName, mpm, timeout, result, OverloadCell.Cpu(before, after, result), after?.RssBytes ?? 0);
    }

    // As Debian ships them: started small and grown under load. Twice the processes on event, for graceful restarts.
    private static string MpmBlock(string mpm) => mpm == "prefork"
        ? $"StartServers 5\nMinSpareServers 5\nMaxSpareServers 10\nServerLimit {Workers}\nMaxRequestWorkers {Workers}"
        : $"StartServers 2\nMinSpareThreads 25\nMaxSpareThreads 75\nServerLimit 12\nThreadsPerChild 25\nMaxRequestWorkers {Workers}";

    private static async Task<IPath> StartPathAsync(string name, int apachePort, int timeout) => name switch
    {
        "weir" => await WeirPath.StartAsync([apachePort]),
        "haproxy" => await HaproxyPath.StartAsync(Limited(apachePort)),
        "haproxy-queue" => await HaproxyPath.StartAsync(Limited(apachePort) with { QueueTimeoutMilliseconds = 900 * timeout }),
        "nginx" => await NginxPath.StartAsync(Limited(apachePort)),
        "direct" => new DirectPath(apachePort),
        _ => throw new UnreachableException(name),
    };

    private static PathOptions Limited(int apachePort) => new() { ServerPort = apachePort, Limit = Workers - 1 };
}
