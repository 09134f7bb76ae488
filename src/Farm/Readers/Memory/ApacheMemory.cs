namespace Weir.Farm.Readers.Memory;

/// <summary>The memory of one Apache: its parent and the parent's children.</summary>
/// <param name="Parent">The parent.</param>
/// <param name="Children">The processes that serve.</param>
/// <param name="UptimeSeconds">Age of the parent; null when it cannot be read.</param>
public sealed record ApacheMemory(ProcessMemory Parent, IReadOnlyList<ProcessMemory> Children, double? UptimeSeconds)
{
    /// <summary>PSS of the children, in MB; null when one may not be read.</summary>
    public double? ChildrenPssMb => Children.Any(c => c.PssMb is null) ? null : Children.Sum(c => c.PssMb!.Value);

    /// <summary>RSS of the children, in MB.</summary>
    public double ChildrenRssMb => Children.Sum(c => c.RssMb);

    /// <summary>How far a sum of RSS overstates: RSS / PSS; null when PSS may not be read.</summary>
    public double? Overcount => ChildrenPssMb is > 0 and var pss ? ChildrenRssMb / pss : null;

    /// <summary>PSS of one child, in MB: what the model takes as process memory when the sample was idle.</summary>
    public double? PerChildMb => Children.Count > 0 ? ChildrenPssMb / Children.Count : null;

    /// <summary>Memory that a working thread adds, from an idle and a busy sample of the same Apache, in MB; null when it cannot be told.</summary>
    /// <param name="idle">Taken with few requests in flight.</param>
    /// <param name="busy">Taken with many.</param>
    /// <param name="inFlight">Requests in flight at the busy one, 1 or more.</param>
    public static double? PerThreadMb(ApacheMemory idle, ApacheMemory busy, int inFlight) =>
        inFlight > 0 && busy.ChildrenPssMb - idle.ChildrenPssMb is > 0 and var grown ? grown / inFlight : null;
}
