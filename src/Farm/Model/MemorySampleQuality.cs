namespace Weir.Farm.Model;

/// <summary>How far a memory measurement can be trusted.</summary>
/// <param name="BusyShare">Busy workers / all workers while it was taken, 0 to 1; null when not known.</param>
/// <param name="UptimeSeconds">Age of the Apache then.</param>
/// <param name="Samples">Measurements taken.</param>
public sealed record MemorySampleQuality(double? BusyShare, double? UptimeSeconds, int Samples)
{
    /// <summary>At least two measurements, one of them at least half busy, on an Apache that has run a day.</summary>
    public bool IsTrustworthy => Samples >= 2 && BusyShare >= 0.5 && UptimeSeconds >= 86_400;
}
