using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Logs;

namespace Weir.Policies.Jail.Lines;

/// <summary>One log file as one jail reads it.</summary>
internal sealed class FollowedFile(LineJail jail, string path, LogTail tail, Func<string, DateTimeOffset, LineVerdict> judge)
{
    public LineJail Jail => jail;

    public string Path => path;

    public LogTail Tail => tail;

    public Func<string, DateTimeOffset, LineVerdict> Judge => judge;

    /// <summary>It could not be read the last time; told once.</summary>
    public bool IsFailing { get; set; }
}
