using Weir.Bench.Paths;

namespace Weir.Bench.Proxies;

/// <summary>The origin and all the proxies, up at the same time; one at a time is loaded.</summary>
internal sealed class Field : IAsyncDisposable
{
    private const int WarmUpSeconds = 30;
    private readonly OriginPath _origin;
    private readonly List<IPath> _paths = [];

    private Field(OriginPath origin) => _origin = origin;

    public int OriginPort => _origin.EndPoint.Port;

    public static async Task<Field> StartAsync(Contenders contenders, CancellationToken stop)
    {
        var field = new Field(await OriginPath.StartAsync());
        try
        {
            foreach (var name in contenders.Names)
            {
                stop.ThrowIfCancellationRequested();
                field._paths.Add(await contenders.StartAsync(name, field.OriginPort));
            }
        }
        catch
        {
            await field.DisposeAsync();
            throw;
        }

        return field;
    }

    /// <summary>On .NET every scenario, long enough for its compiler to have settled; the others only open their connections.</summary>
    public async Task WarmUpAsync(IReadOnlyList<Scenario> scenarios, bool quick, CancellationToken stop)
    {
        foreach (var path in _paths)
        {
            await Console.Error.WriteLineAsync($"warming {path.Name} up");
            var mine = scenarios.Where(s => s.IsFor(path)).ToArray();
            var isCompiledAsItRuns = path is WeirPath or YarpPath;
            var seconds = isCompiledAsItRuns ? Math.Max(1, (quick ? 1 : WarmUpSeconds) / Math.Max(1, mine.Length)) : 1;
            if (!isCompiledAsItRuns)
                mine = [.. mine.Take(1)];
            foreach (var scenario in mine)
                await Cell.RunAsync(scenario, path, _origin, round: 0, seconds, stop);
        }
    }

    /// <summary>One scenario: every proxy once per round, each round starting with another one.</summary>
    public async Task RunAsync(Scenario scenario, int rounds, int seconds, Results results, CancellationToken stop)
    {
        var mine = _paths.Where(scenario.IsFor).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < mine.Length; turn++)
            {
                var cell = await Cell.RunAsync(scenario, mine[(turn + round) % mine.Length], _origin, round, seconds, stop);
                results.Add(cell);
                await Console.Error.WriteLineAsync(
                    $"{scenario.Name} {round + 1}/{rounds} {cell.Proxy}: {cell.CpuMicroseconds:F1} us/request, {cell.Load.PerSecond:F0}/s, p99 {cell.Load.P99Milliseconds:F2} ms, {cell.Load.Failures} failures");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var path in Enumerable.Reverse(_paths))
            await path.DisposeAsync();
        await _origin.DisposeAsync();
    }
}
