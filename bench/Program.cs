using Weir.Bench;

IBench[] benches =
[
    new OverloadBench(),
    new FairnessBench(),
    new ReloadBench(),
];

if (args.Length == 0 || args[0] is "--help" or "-h" || benches.FirstOrDefault(b => b.Name == args[0]) is not { } bench)
{
    Console.WriteLine("usage: dotnet run -c Release --project bench -- <name> [options]\n");
    foreach (var known in benches)
        Console.WriteLine($"{known.Name,-12}{known.Summary}\n{known.Options}");
    return args.Length > 0 && args[0] is "--help" or "-h" ? 0 : 2;
}

if (args.Contains("--help"))
{
    Console.WriteLine($"{bench.Name}: {bench.Summary}\n{bench.Options}");
    return 0;
}

try
{
    return await bench.RunAsync(new BenchArguments(args[1..]));
}
catch (FormatException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
