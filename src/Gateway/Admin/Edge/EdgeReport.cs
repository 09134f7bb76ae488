using Weir.Policies.Throttle.Explain;

namespace Weir.Gateway.Admin.Edge;

/// <summary>What throttle and jail would make of one request.</summary>
/// <param name="Client">Whose it would be.</param>
/// <param name="CountsAs">The network that counts as one client with it.</param>
/// <param name="IsTrusted">A trusted proxy: neither counted nor banned.</param>
/// <param name="Ban">The ban that it is under; null for none.</param>
/// <param name="Throttle">Which counters it would touch, and where they stand.</param>
/// <param name="Jails">Which jails would count it.</param>
internal sealed record EdgeReport(
    string Client, string CountsAs, bool IsTrusted, BanReport? Ban, ThrottleExplanation Throttle, IReadOnlyList<EdgeJail> Jails);
