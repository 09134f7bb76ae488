namespace Weir.Fail2ban.Logs;

/// <summary>
/// Follows one file through appending, rotation (rename and create, or copy and truncate) and absence. Not thread-safe.
/// A half line waits for its rest; bytes that are no UTF-8 become U+FFFD.
/// </summary>
public sealed class LogTail
{
    /// <summary>Follows a file from a kept position, or from its end or beginning.</summary>
    /// <param name="path">The file; it need not exist yet.</param>
    /// <param name="position">Where it was left, from <see cref="Position"/>; null for a file never seen.</param>
    /// <param name="fromTail">For a file never seen: true starts at its end.</param>
    public LogTail(string path, LogPosition? position, bool fromTail) => throw new NotImplementedException();

    /// <summary>Where it is now: after the last whole line that was handed out.</summary>
    public LogPosition? Position => throw new NotImplementedException();

    /// <summary>Reads what is new, at most <paramref name="maxLines"/> lines; what is left follows with the next call.</summary>
    /// <returns>Lines without their ends; empty when there is nothing new.</returns>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public IReadOnlyList<string> Read(int maxLines) => throw new NotImplementedException();
}
