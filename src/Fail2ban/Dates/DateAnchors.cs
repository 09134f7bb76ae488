namespace Weir.Fail2ban.Dates;

/// <summary>Where a date's expression is bound to.</summary>
[Flags]
internal enum DateAnchors
{
    None = 0,
    WordEnd = 1,
    WordBegin = 2,
    LineEnd = 4,
    LineBegin = 8,
    Line = LineBegin | LineEnd,
}
