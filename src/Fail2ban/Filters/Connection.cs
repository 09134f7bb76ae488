namespace Weir.Fail2ban.Filters;

/// <summary>What is known of one connection (<c>F-MLFID</c>) whose lines are judged together.</summary>
internal sealed class Connection
{
    public Dictionary<string, string> Groups { get; } = new(StringComparer.Ordinal);

    public HashSet<string>? Users { get; set; }

    /// <summary>A failure was found, but not yet who did it.</summary>
    public bool Pending { get; set; }

    public DateTimeOffset Seen { get; set; }
}
