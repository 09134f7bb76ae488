namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>What fail2ban made of a filter's file.</summary>
internal sealed record OracleSettings(string? PrefRegex, IReadOnlyList<string> FailRegex, IReadOnlyList<string> IgnoreRegex, string? DatePattern, int MaxLines);
