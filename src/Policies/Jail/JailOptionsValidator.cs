using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Jail;

/// <summary>What the attributes of <see cref="JailOptions"/> cannot say.</summary>
public sealed class JailOptionsValidator : IValidateOptions<JailOptions>
{
    private const string Addresses = "an IPv4 or IPv6 address, or a network such as 192.0.2.0/24";

    /// <summary>Names that stand for somebody else in lists and metrics.</summary>
    private static readonly string[] Taken = ["manual", "replica"];

    /// <summary>What somebody reports; the others are for slices that are still to come.</summary>
    private static readonly OffenceKind[] Reported = [OffenceKind.Throttle, OffenceKind.BadRequest, OffenceKind.Auth, OffenceKind.Scanner, OffenceKind.Connection];

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, JailOptions options)
    {
        var errors = new List<string>();
        EachNetwork(options.Ignore, $"{JailOptions.Section}:Ignore", errors);
        Each(options.ScannerPaths, $"{JailOptions.Section}:ScannerPaths", errors, IsPattern, "a path of 2 to 256 characters that begins with / or *, with * at its ends only");
        if (options.MaxNetworks > options.MaxBans)
            errors.Add($"{JailOptions.Section}:MaxNetworks is {options.MaxNetworks}; allowed: 0 to {options.MaxBans}, the value of MaxBans.");
        foreach (var (jail, settings) in options.Jails)
            Jail(jail, settings, options, errors);
        Fail2ban(options.Fail2ban, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Jail(string name, JailSettings jail, JailOptions options, List<string> errors)
    {
        var key = $"{JailOptions.Section}:Jails:{name}";
        if (!IsName(name) || Taken.Contains(name, StringComparer.OrdinalIgnoreCase))
            errors.Add($"{key} has the name '{name}'; allowed: 1 to 64 letters, digits, hyphens, dots and underscores, not {string.Join(" or ", Taken)}.");
        if (jail.Offences.Count == 0)
            errors.Add($"{key}:Offences is empty; allowed: one or more of {string.Join(", ", Reported)}.");
        foreach (var kind in jail.Offences.Except(Reported))
            errors.Add($"{key}:Offences has {kind}, which nothing reports yet: it would never count; allowed: {string.Join(", ", Reported)}.");
        if (jail.Offences.Contains(OffenceKind.Scanner) && options.ScannerPaths.Count == 0)
            errors.Add($"{key}:Offences has Scanner, and {JailOptions.Section}:ScannerPaths is empty: it would never count.");
        if ((jail.CountForbidden || jail.CountChallenges) && !jail.Offences.Contains(OffenceKind.Auth))
            errors.Add($"{key}:{(jail.CountForbidden ? nameof(jail.CountForbidden) : nameof(jail.CountChallenges))} is true; allowed only with Auth among its Offences.");
        if (jail.Increment.MaxTime < jail.BanTime)
            errors.Add($"{key}:Increment:MaxTime is {jail.Increment.MaxTime}; allowed: {jail.BanTime}, the value of BanTime, and more.");
        for (var i = 0; i < jail.Increment.Multipliers.Count; i++)
        {
            if (jail.Increment.Multipliers[i] is not (> 0 and <= 1_000_000))
                errors.Add($"{key}:Increment:Multipliers:{i} is {jail.Increment.Multipliers[i]}; allowed: above 0 to 1000000.");
        }

        EachNetwork(jail.Ignore, $"{key}:Ignore", errors);
    }

    private static void Fail2ban(Fail2banSettings settings, List<string> errors)
    {
        var key = $"{JailOptions.Section}:Fail2ban";
        if (settings.Folder is { } folder && !Path.IsPathRooted(folder))
            errors.Add($"{key}:Folder is '{folder}'; allowed: an absolute path such as /etc/fail2ban.");
        if (settings.Folder is null && settings.Jails.Count + settings.Live.Count > 0)
            errors.Add($"{key}:Folder is not set, and {(settings.Jails.Count > 0 ? nameof(settings.Jails) : nameof(settings.Live))} names jails of it.");
        Each(settings.Jails, $"{key}:Jails", errors, IsName, "the name of a jail");
        Each(settings.Live, $"{key}:Live", errors, IsName, "the name of a jail, or all");
    }

    private static void Each(List<string> entries, string key, List<string> errors, Func<string, bool> isGood, string allowed)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (!isGood(entries[i]))
                errors.Add($"{key}:{i} is '{entries[i]}'; allowed: {allowed}.");
        }
    }

    private static void EachNetwork(List<string> entries, string key, List<string> errors)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var address = entries[i].Trim().Split('/')[0];
            if (!Networks.TryParse(entries[i], out var network))
                errors.Add($"{key}:{i} is '{entries[i]}'; allowed: {Addresses}.");
            // A list of bans may be sloppy; who is never banned should be told what a line means.
            else if (entries[i].Contains('/') && Networks.TryParse(address, out var one) && !one.Value.BaseAddress.Equals(network.Value.BaseAddress))
                errors.Add($"{key}:{i} is '{entries[i]}'; allowed: a network's first address, here {network}.");
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static bool IsPattern(string pattern) =>
        pattern.Length is >= 2 and <= 256 && pattern[0] is '/' or '*' && pattern.Trim('*').Length > 0 && !pattern.AsSpan(1, pattern.Length - 2).Contains('*');
}
