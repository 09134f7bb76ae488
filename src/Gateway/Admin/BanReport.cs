using Weir.Policies.Contracts;

namespace Weir.Gateway.Admin;

/// <summary>One ban as the API shows it.</summary>
/// <param name="Network">Address or network.</param>
/// <param name="Jail">Name of the jail; <c>manual</c> for an operator's own.</param>
/// <param name="Reason">For people.</param>
/// <param name="From">When it was banned.</param>
/// <param name="Until">When it ends; null never.</param>
/// <param name="Count">How often this network has been banned.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="IsDirect">The kernel may be told.</param>
internal sealed record BanReport(
    string Network, string Jail, string Reason, DateTimeOffset From, DateTimeOffset? Until, int Count, BanOrigin Origin, bool IsDirect)
{
    /// <summary>A single client without the length of its prefix.</summary>
    public static BanReport Of(Ban ban) =>
        new(Name(ban.Network), ban.Jail, ban.Reason, ban.From, ban.Until, ban.Count, ban.Origin, ban.IsDirect);

    private static string Name(System.Net.IPNetwork network) =>
        network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8 ? network.BaseAddress.ToString() : network.ToString();
}
