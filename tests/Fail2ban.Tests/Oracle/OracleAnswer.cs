namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>What fail2ban says about a filter and lines.</summary>
internal sealed record OracleAnswer(OracleSettings? Settings, IReadOnlyList<IReadOnlyList<OracleVerdict>>? Verdicts);
