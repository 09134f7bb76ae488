namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>A filter, perhaps with options, and lines for it.</summary>
internal sealed record OracleQuestion(string Filter, IReadOnlyList<string> Lines);
