namespace Weir.Support.Load;

/// <summary>What the clients of one run saw. Latencies are of good answers, in milliseconds.</summary>
public sealed record LoadResult
{
    /// <summary>Good answers (status 200 to 399), those of the drain included.</summary>
    public required long Ok { get; init; }

    /// <summary>Failures by kind; a kind that did not happen is 0.</summary>
    public required IReadOnlyDictionary<LoadFailure, long> Failures { get; init; }

    /// <summary>Answers by status, good ones too.</summary>
    public required IReadOnlyDictionary<int, long> Statuses { get; init; }

    /// <summary>The first failures in words, at most 20: kind, when, what.</summary>
    public required IReadOnlyList<string> FirstFailures { get; init; }

    /// <summary>Requests cut off at the end without being counted; 0 with <see cref="LoadOptions.Drain"/>.</summary>
    public required long Unfinished { get; init; }

    /// <summary>Good answers per second over the whole run, without the drain.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Good answers per second after the warm-up, without the drain.</summary>
    public required double SteadyPerSecond { get; init; }

    /// <summary>Good answers' latencies after the warm-up, ascending.</summary>
    public required float[] Latencies { get; init; }

    public long Failed => Failures.Values.Sum();

    /// <summary>The latency that the share <paramref name="quantile"/> of the good answers did not exceed; NaN when there was none.</summary>
    /// <param name="quantile">0 to 1.</param>
    public double Percentile(double quantile) =>
        Latencies.Length == 0 ? double.NaN : Latencies[(int)Math.Max(0, Math.Ceiling(quantile * Latencies.Length) - 1)];

    /// <summary>One line for a log or an assertion's message.</summary>
    public override string ToString() =>
        $"{Ok} ok ({PerSecond:F0}/s, steady {SteadyPerSecond:F0}/s), p50 {Percentile(0.5):F1} ms, p99 {Percentile(0.99):F1} ms, "
        + $"failed {Failed} ({string.Join(", ", Failures.Where(f => f.Value > 0).Select(f => $"{f.Key} {f.Value}"))}), "
        + $"statuses {string.Join(", ", Statuses.Select(s => $"{s.Key}: {s.Value}"))}"
        + (FirstFailures.Count == 0 ? "" : $"; first: {FirstFailures[0]}");
}
