namespace Weir.Fail2ban.Expressions;

/// <summary>An expression of .NET made from one of Python's.</summary>
/// <param name="Pattern">The expression.</param>
/// <param name="Groups">Names of the groups that the author named.</param>
/// <param name="FirstGroup">Name in <paramref name="Pattern"/> of the first capturing group; null without one.</param>
internal sealed record TranslatedExpression(string Pattern, IReadOnlySet<string> Groups, string? FirstGroup);
