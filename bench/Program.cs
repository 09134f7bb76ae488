using System.Runtime.InteropServices;
using Weir.Bench;
using Weir.Bench.Admission;
using Weir.Bench.Edge;
using Weir.Bench.Micro;
using Weir.Bench.Proxies;

IBench[] benches =
[
    new ProxiesBench(),
    new OverloadBench(),
    new FairnessBench(),
    new SlowClientsBench(),
    new ReloadBench(),
    new AdmissionBench(),
    new EdgeBench(),
    new StoreHitsBench(),
    new MicroBench(),
];

// Without a name: the comparison, which is the first of them. Options alone are meant for it too.
if (args.Length == 0 || (args[0].StartsWith("--", StringComparison.Ordinal) && args[0] != "--help"))
    args = [benches[0].Name, .. args];
if (args[0] is "--help" or "-h" or "list" || benches.FirstOrDefault(b => b.Name == args[0]) is not { } bench)
{
    Console.WriteLine("usage: dotnet run -c Release --project bench -- [name] [options]\n");
    foreach (var known in benches)
        Console.WriteLine($"{known.Name,-12}{known.Summary}\n{known.Options}");
    return args[0] is "--help" or "-h" or "list" ? 0 : 2;
}

if (args.Contains("--help"))
{
    Console.WriteLine($"{bench.Name}: {bench.Summary}\n{bench.Options}");
    return 0;
}

// The Apaches live in sessions of their own and never see a Ctrl-C: the run ends them when it unwinds.
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await bench.RunAsync(new BenchArguments(args[1..]), stop.Token);
}
catch (Exception) when (stop.IsCancellationRequested)
{
    // Whatever it was: Ctrl-C reaches the programs of the bench too, and each ends in its own way.
    return 130;
}
catch (FormatException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
