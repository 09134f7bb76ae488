using Weir.Fail2ban;
using Weir.Fail2ban.Jails;
using Weir.Gateway.Control.Compile;
using Weir.Policies.Jail;
using Weir.Policies.Throttle;

namespace Weir.Gateway.Cli.Replay;

/// <summary>What a log is to be judged by.</summary>
/// <param name="Jails">The section with only those of the gateway's own jails that are wanted.</param>
/// <param name="Fail2ban">Fail2ban's jails that are wanted.</param>
/// <param name="Throttle">Null when it is not wanted.</param>
/// <param name="Notes">What could not be used although nobody asked for it by name; sentences.</param>
internal sealed record ReplaySelection(JailOptions Jails, IReadOnlyList<JailDefinition> Fail2ban, ThrottleOptions? Throttle, IReadOnlyList<string> Notes)
{
    /// <summary>Names of all jails in it.</summary>
    public IEnumerable<string> Names => Jails.Jails.Keys.Concat(Fail2ban.Select(j => j.Name)).Order(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when an access log's own lines are asked for, and not only what filters find in any log.</summary>
    public bool ReadsRequests => Throttle is not null || Jails.Jails.Count > 0;

    /// <summary>Picks out of a configuration. Neither names nor throttle: every jail, and the throttle where it is on.</summary>
    /// <param name="candidate">The configuration.</param>
    /// <param name="names">Jails by name.</param>
    /// <param name="throttle">The throttle, on or off.</param>
    /// <param name="fault">Why there is nothing to judge by; a sentence.</param>
    public static ReplaySelection? Of(CompiledConfiguration candidate, IReadOnlyList<string> names, bool throttle, out string? fault)
    {
        var options = (JailOptions)candidate.Options[JailOptions.Section];
        var throttleOptions = (ThrottleOptions)candidate.Options[ThrottleOptions.Section];
        var wantsAll = names.Count == 0 && !throttle;
        var wantsJails = wantsAll || names.Count > 0;
        var own = options.Jails.Where(j => wantsAll || Has(names, j.Key)).ToDictionary(j => j.Key, j => j.Value, StringComparer.OrdinalIgnoreCase);
        var others = names.Where(n => !options.Jails.ContainsKey(n)).ToList();
        var set = options.Fail2ban.Folder is { } folder && wantsJails && (wantsAll || others.Count > 0)
            ? Read(folder, [.. options.Fail2ban.Jails.Concat(others).Distinct(StringComparer.Ordinal)])
            : new Fail2banSet([], []);
        var fail2ban = set.Jails.Where(j => wantsAll || Has(others, j.Name)).ToList();
        fault = null;
        foreach (var name in others.Where(n => !fail2ban.Exists(j => j.Name.Equals(n, StringComparison.OrdinalIgnoreCase))))
            fault ??= Unknown(name, options, set);
        var notes = wantsAll ? set.Messages.Where(m => m.IsError).Select(m => $"{m.Where}: {m.Text}").ToList() : [];
        if (fault is null && wantsAll && own.Count == 0 && fail2ban.Count == 0 && !throttleOptions.Enabled)
        {
            fault = $"There is nothing to judge by: {JailOptions.Section} has no jail{(notes.Count > 0 ? $" ({notes[0]})" : "")} and "
                + $"{ThrottleOptions.Section}:Enabled is false. --throttle judges by the throttle's settings all the same.";
        }

        if (fault is not null)
            return null;
        var jails = new JailOptions { Jails = own, Ignore = options.Ignore, ScannerPaths = options.ScannerPaths };
        return new ReplaySelection(jails, fail2ban, throttle || (wantsAll && throttleOptions.Enabled) ? throttleOptions : null, notes);
    }

    private static Fail2banSet Read(string folder, string[] alsoEnabled)
    {
        try
        {
            return Fail2banFolder.Read(folder, alsoEnabled);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return new Fail2banSet([], [new Fail2banMessage(true, folder, error.Message)]);
        }
    }

    private static string Unknown(string name, JailOptions options, Fail2banSet set)
    {
        // A jail of Fail2ban's that is there and cannot be used says why.
        var why = set.Messages.FirstOrDefault(m => m.IsError && (m.Where + m.Text).Contains(name, StringComparison.OrdinalIgnoreCase));
        var known = options.Jails.Keys.Concat(set.Jails.Select(j => j.Name)).Order(StringComparer.OrdinalIgnoreCase).ToList();
        return $"--jail {name} names no jail that can be used{(why is null ? "" : $" ({why.Where}: {why.Text})")}; "
            + (known.Count == 0 ? "the configuration has none." : $"there are {string.Join(", ", known)}.");
    }

    private static bool Has(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
