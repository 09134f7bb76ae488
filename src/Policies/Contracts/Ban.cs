using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>One banned network.</summary>
/// <param name="Network">A client as <see cref="IClientRules.NetworkOf"/> has it, or a larger network that an operator named.</param>
/// <param name="Jail">Name of the jail; <c>manual</c> for an operator's own.</param>
/// <param name="Reason">One line without control characters, at most 256 characters, for people.</param>
/// <param name="From">When it was banned.</param>
/// <param name="Until">When it ends; null never.</param>
/// <param name="Count">How often this network has been banned, this time included.</param>
/// <param name="Origin">Where the ban came from.</param>
/// <param name="IsDirect">The offender was the connection's own peer, so the kernel may be told, see <see cref="IClientFeature.IsDirect"/>.</param>
public sealed record Ban(
    IPNetwork Network, string Jail, string Reason, DateTimeOffset From, DateTimeOffset? Until, int Count, BanOrigin Origin, bool IsDirect);
