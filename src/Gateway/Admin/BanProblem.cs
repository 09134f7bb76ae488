namespace Weir.Gateway.Admin;

/// <summary>Why a ban is not in force, or was not lifted.</summary>
/// <param name="Error">A sentence.</param>
internal sealed record BanProblem(string Error);
