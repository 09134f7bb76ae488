namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>One offence that fail2ban found in a line.</summary>
internal sealed record OracleVerdict(int Expression, string Id, double? Time, string? Host);
