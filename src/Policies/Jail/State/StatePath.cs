namespace Weir.Policies.Jail.State;

/// <summary>Where the file of bans lies.</summary>
internal static class StatePath
{
    private const string Name = "jail.state";

    /// <summary>What is configured, or a place that its user may write to; null keeps nothing.</summary>
    /// <param name="configured"><c>Weir:Jail:StateFile</c>; null chooses by the environment.</param>
    /// <param name="environment">Reads an environment variable.</param>
    public static string? Of(string? configured, Func<string, string?> environment)
    {
        if (configured is not null)
            return configured.Length == 0 ? null : Path.GetFullPath(configured);
        // Several folders are parted by colons; the first is the unit's own.
        if (environment("STATE_DIRECTORY") is { Length: > 0 } ofUnit)
            return Path.Combine(ofUnit.Split(':')[0], Name);
        if (environment("XDG_STATE_HOME") is { Length: > 0 } ofUser && Path.IsPathRooted(ofUser))
            return Path.Combine(ofUser, "weir", Name);
        return environment("HOME") is { Length: > 1 } home ? Path.Combine(home, ".local", "state", "weir", Name) : null;
    }
}
