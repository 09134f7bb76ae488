namespace Weir.Fail2ban.Filters;

/// <summary>What a line is to a filter.</summary>
public enum LineVerdictKind
{
    /// <summary>Nothing of interest.</summary>
    Missed,

    /// <summary>An offence.</summary>
    Matched,

    /// <summary>ignoreregex matched.</summary>
    Ignored,
}
