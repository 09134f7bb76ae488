using Weir.Policies.Contracts;

namespace Weir.Policies.Firewall;

/// <summary>Which bans go out when not all can: the same for feeds as for the kernel.</summary>
public static class BanChoice
{
    /// <summary>
    /// Those that end last, and of equal ends the newest; of networks that are no single client at most
    /// <see cref="DesiredSet.MaxNetworks"/>. Networks are in their normal form and each is there once.
    /// </summary>
    /// <param name="bans">Newest first.</param>
    /// <param name="filter">Which may go out at all.</param>
    /// <param name="max">How many.</param>
    /// <param name="now">What has ended by then is left out.</param>
    public static List<Ban> Of(IEnumerable<Ban> bans, BanFilter filter, int max, DateTimeOffset now)
    {
        var networks = 0;
        return [.. bans
            .Where(b => (b.Until is null || b.Until > now) && filter.WhyNot(b) is null)
            .Select(b => b with { Network = Networks.Normalize(b.Network) })
            .DistinctBy(b => b.Network)
            .OrderByDescending(b => b.Until ?? DateTimeOffset.MaxValue)
            .Where(b => Networks.IsClient(b.Network) || ++networks <= DesiredSet.MaxNetworks)
            .Take(max)];
    }
}
