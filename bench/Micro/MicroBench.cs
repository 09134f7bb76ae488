using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Weir.Bench.Micro;

/// <summary>BenchmarkDotNet on single parts. A class in this folder with <c>[Benchmark]</c> methods is found by itself.</summary>
internal sealed class MicroBench : IBench
{
    public string Name => "micro";

    public string Summary => "BenchmarkDotNet on single parts: time and bytes per operation";

    public string Options => """
          --filter PATTERN    names of benchmarks, for example * or *Slots*; the rest goes to BenchmarkDotNet too
          --quick             few and short iterations
        """;

    public Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        // In this process: the version of BenchmarkDotNet knows no project of this framework that it could build.
        var quick = arguments.Flag("quick");
        var job = (quick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddExporter(MarkdownExporter.GitHub)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithOptions(ConfigOptions.DisableOptimizationsValidator);
        string[] passed = [.. arguments.Raw.Where(a => a != "--quick")];
        if (!arguments.Flag("filter"))
            passed = ["--filter", "*", .. passed];
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBench).Assembly).Run(passed, config);
        return Task.FromResult(summaries.All(s => !s.HasCriticalValidationErrors && s.Reports.All(r => r.Success)) ? 0 : 1);
    }
}
