using System.Net;

namespace Weir.Policies.Firewall;

/// <summary>How far the kernel's list is from the gateway's.</summary>
/// <param name="Missing">Not in the kernel.</param>
/// <param name="Surplus">In the kernel only.</param>
/// <param name="Other">In both, with another end.</param>
internal readonly record struct Difference(int Missing, int Surplus, int Other)
{
    /// <summary>Counts what differs; ends closer to each other, or to now, than the tolerance are no difference.</summary>
    public static Difference Between(List<KernelBan> wanted, Dictionary<IPNetwork, long?> held, DateTimeOffset now, TimeSpan tolerance)
    {
        var (missing, other, found) = (0, 0, 0);
        var margin = (long)tolerance.TotalSeconds;
        foreach (var ban in wanted)
        {
            var left = ban.SecondsLeft(now);
            if (!held.TryGetValue(ban.Network, out var seconds))
            {
                missing += left is { } soon && soon <= margin ? 0 : 1;
                continue;
            }

            found++;
            if (left is null != seconds is null || Math.Abs((left ?? 0) - (seconds ?? 0)) > margin)
                other++;
        }

        if (found == held.Count)
            return new Difference(missing, 0, other);
        var known = wanted.Select(b => b.Network).ToHashSet();
        return new Difference(missing, held.Count(h => !known.Contains(h.Key) && !(h.Value <= margin)), other);
    }
}
