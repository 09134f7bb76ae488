namespace Weir.Fail2ban.Filters;

/// <summary>A filter with its tags and interpolations resolved; the expressions are still Python's.</summary>
public sealed record FilterDefinition
{
    /// <summary>Name of its file without <c>.conf</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>prefregex</c>; null for none.</summary>
    public string? PrefRegex { get; init; }

    public IReadOnlyList<string> FailRegex { get; init; } = [];

    public IReadOnlyList<string> IgnoreRegex { get; init; } = [];

    /// <summary><c>datepattern</c>; null takes the default ones.</summary>
    public string? DatePattern { get; init; }

    /// <summary><c>maxlines</c>: lines that one expression may span.</summary>
    public int MaxLines { get; init; } = 1;

    /// <summary><c>usedns</c>: <c>yes</c>, <c>warn</c>, <c>no</c> or <c>raw</c>. With <c>no</c>, <c>&lt;HOST&gt;</c> finds addresses only.</summary>
    public string UseDns { get; init; } = "warn";
}
