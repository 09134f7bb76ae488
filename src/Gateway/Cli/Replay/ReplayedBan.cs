using System.Net;
using Weir.Policies.Jail.Replay;

namespace Weir.Gateway.Cli.Replay;

/// <summary>One client that would have been banned.</summary>
/// <param name="Client">Address, or network of an IPv6 client.</param>
/// <param name="Jail">That banned it first.</param>
/// <param name="At">When, by the log's time.</param>
/// <param name="Until">When that ban would have ended; null never.</param>
/// <param name="Offences">That led to it.</param>
/// <param name="Line">That was one too many.</param>
/// <param name="Bans">How often it would have been banned.</param>
internal sealed record ReplayedBan(string Client, string Jail, DateTimeOffset At, DateTimeOffset? Until, int Offences, long Line, int Bans)
{
    /// <summary>One for each client, in the order of the log.</summary>
    public static IReadOnlyList<ReplayedBan> Of(ReplayReport report) =>
    [
        .. report.Bans.GroupBy(b => b.Client).Select(bans =>
        {
            var first = bans.First();
            return new ReplayedBan(Name(first.Client), first.Jail, first.At, first.Until, first.Offences, first.Line, bans.Count());
        }),
    ];

    private static string Name(IPNetwork network) =>
        network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8 ? network.BaseAddress.ToString() : network.ToString();
}
