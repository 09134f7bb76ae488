namespace Weir.Bench.Load;

/// <summary>What a load generator saw of one run.</summary>
/// <param name="Requests">Answers, good or bad.</param>
/// <param name="PerSecond">Answers per second.</param>
/// <param name="P50Milliseconds">Median latency; NaN without an answer.</param>
/// <param name="Failures">Socket errors, time-outs, and statuses other than 2xx and 3xx.</param>
internal sealed record LoadSample(long Requests, double PerSecond, double P50Milliseconds, double P99Milliseconds, long Failures);
