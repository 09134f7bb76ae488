namespace Weir.Bench.Proxies;

/// <summary>A figure over several rounds.</summary>
internal readonly record struct Spread(double Median, double Lowest, double Highest);
