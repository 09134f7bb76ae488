using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Ini;

namespace Weir.Fail2ban.Jails;

/// <summary>Reads one jail, and its filter with it.</summary>
internal sealed class JailReader(IniSet jails, IniReader files, ICollection<Fail2banMessage> messages, Func<string, IPAddress[]> resolve)
{
    private static readonly string[] FilterKeys = ["usedns", "prefregex", "failregex", "ignoreregex", "maxlines", "datepattern"];

    // "action" is read past: what follows a ban is the gateway's own.
    private static readonly string[] Keys =
    [
        "enabled", "backend", "maxretry", "findtime", "bantime", "bantime.increment", "bantime.factor", "bantime.formula",
        "bantime.multipliers", "bantime.maxtime", "bantime.rndtime", "bantime.overalljails", "ignorecommand", "ignoreself", "ignoreip",
        "filter", "logtimezone", "logpath", "port", .. FilterKeys,
    ];

    /// <summary>Null when the jail is not enabled, or cannot be used; the messages say why.</summary>
    public JailDefinition? Read(string name, bool always)
    {
        try
        {
            string? enabled = jails.Get(name, "enabled");
            if (!always && enabled?.ToLowerInvariant() is not ("1" or "on" or "true" or "yes"))
            {
                return null;
            }

            return ReadEnabled(name);
        }
        catch (IniException fault)
        {
            messages.Add(new Fail2banMessage(true, fault.Where, fault.Message));
        }
        catch (FormatException fault)
        {
            messages.Add(new Fail2banMessage(true, Where(name, "filter"), $"[{name}]: {fault.Message}"));
        }

        catch (RegexMatchTimeoutException)
        {
            messages.Add(new Fail2banMessage(true, Where(name, "filter"), $"[{name}]: a value takes more than {Fail2banLimits.ConfigurationMilliseconds} ms to read."));
        }

        return null;
    }

    private JailDefinition? ReadEnabled(string name)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Take(name, ["enabled", "backend", "filter"], values);
        if (values.GetValueOrDefault("filter") is not { Length: > 0 } filter)
        {
            messages.Add(new Fail2banMessage(true, Where(name, "filter"), $"[{name}] names no filter."));
            return null;
        }

        (string filterName, Dictionary<string, string> options) = NamedOptions.Parse(filter);
        if (files.Read(Path.Combine("filter.d", filterName)) is not { } set)
        {
            messages.Add(new Fail2banMessage(true, Where(name, "filter"), $"[{name}] filter = {filterName}: there is no file filter.d/{filterName}.conf or .local."));
            return null;
        }

        var reader = new FilterReader(set, options, values.GetValueOrDefault("backend", ""));
        reader.Read(values, all: true);
        jails.AddKnown(name, reader.Combine(), $"filter.d/{filterName}.conf");
        Take(name, Keys, values);
        reader.Read(values, all: false);
        if (Definition(name, filterName, reader.Combine(), values) is not { } definition)
        {
            return null;
        }

        return new JailSettings(name, values, key => Where(name, key), messages).Read(definition, resolve);
    }

    private void Take(string name, IEnumerable<string> keys, Dictionary<string, string> into)
    {
        foreach (string key in keys)
        {
            if (jails.Get(name, key) is { } value)
            {
                into[key] = value;
            }
        }
    }

    private FilterDefinition? Definition(string jail, string filter, Dictionary<string, string> combined, Dictionary<string, string> values)
    {
        // What the jail itself sets counts, but not what it was before the filter's tags were known.
        string? Of(string key) => values.TryGetValue(key, out string? own) ? own : combined.GetValueOrDefault(key);
        string[] List(string key) => (Of(key) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        int lines = 1;
        if (Of("maxlines") is { } text && (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out lines) || lines is < 1 or > Fail2banLimits.SpannedLines))
        {
            messages.Add(new Fail2banMessage(false, Where(jail, "maxlines"), $"[{jail}] maxlines = {text}: must be from 1 to {Fail2banLimits.SpannedLines}."));
            lines = Math.Clamp(lines, 1, Fail2banLimits.SpannedLines);
        }

        var definition = new FilterDefinition
        {
            Name = filter,
            PrefRegex = Of("prefregex") is { Length: > 0 } prefix ? prefix : null,
            FailRegex = List("failregex"),
            IgnoreRegex = List("ignoreregex"),
            DatePattern = Of("datepattern"),
            MaxLines = lines,
            UseDns = UseDns(jail, Of("usedns")),
        };
        if (definition.FailRegex.Count == 0)
        {
            messages.Add(new Fail2banMessage(true, $"filter.d/{filter}.conf", $"[{jail}]: its filter {filter} has no failregex."));
            return null;
        }

        // Compiled now: what is wrong with an expression is said with the jail's name, and those who judge lines need not wait.
        _ = new LineFilter(definition, TimeZoneInfo.Utc);
        return definition;
    }

    private string UseDns(string jail, string? text)
    {
        string value = text?.ToLowerInvariant() ?? "warn";
        if (value is "yes" or "warn" or "no" or "raw")
        {
            return value;
        }

        messages.Add(new Fail2banMessage(false, Where(jail, "usedns"), $"[{jail}] usedns = {text}: must be yes, warn, no or raw; no holds."));
        return "no";
    }

    private string Where(string jail, string key) => jails.Find(jail, key) is { Line: > 0 } value ? value.Where : $"[{jail}]";
}
