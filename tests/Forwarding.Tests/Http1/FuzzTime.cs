using System.Diagnostics;

namespace Weir.Forwarding.Tests.Http1;

/// <summary>How long a fuzz test goes on: two seconds, or as <c>WEIR_FUZZ_SECONDS</c> says. The seeds are the same each time.</summary>
internal sealed class FuzzTime
{
    private static readonly double Seconds =
        double.TryParse(Environment.GetEnvironmentVariable("WEIR_FUZZ_SECONDS"), out var seconds) ? seconds : 2;

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public bool IsLeft => _clock.Elapsed.TotalSeconds < Seconds;
}
