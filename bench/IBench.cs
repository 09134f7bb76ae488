namespace Weir.Bench;

/// <summary>One benchmark: a name, a line of help, and the run. One class each; <see cref="Program"/> holds the table.</summary>
internal interface IBench
{
    string Name { get; }

    /// <summary>What it measures, one line.</summary>
    string Summary { get; }

    /// <summary>Its options, one line each; empty when it has none.</summary>
    string Options { get; }

    /// <summary>Runs and prints; returns the exit code. Ends every process it started, also when stopped.</summary>
    Task<int> RunAsync(BenchArguments arguments, CancellationToken stop);
}
