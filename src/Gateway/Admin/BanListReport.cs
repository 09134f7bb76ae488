namespace Weir.Gateway.Admin;

/// <summary>What <c>GET /api/bans</c> answers.</summary>
/// <param name="Total">Bans in force.</param>
/// <param name="Matching">Those that the filter takes.</param>
/// <param name="Bans">The newest of them, up to the limit.</param>
internal sealed record BanListReport(int Total, int Matching, IReadOnlyList<BanReport> Bans);
