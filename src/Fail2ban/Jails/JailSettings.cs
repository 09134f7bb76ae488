using System.Globalization;
using System.Net;
using Weir.Fail2ban.Dates;
using Weir.Fail2ban.Filters;

namespace Weir.Fail2ban.Jails;

/// <summary>Turns the text of a jail's keys into values. What cannot be read is said, and fail2ban's default holds.</summary>
internal sealed class JailSettings(string jail, IReadOnlyDictionary<string, string> values, Func<string, string> where, ICollection<Fail2banMessage> messages)
{
    private const string DefaultFormula = "ban.Time*(1<<(ban.Countifban.Count<20else20))*banFactor";

    // Fail2ban has no bound; a thousand years of a typing error are one of ours.
    private const double MaxSeconds = 1000 * 365.25 * 86_400;

    /// <param name="filter">What the jail looks for.</param>
    /// <param name="resolve">Looks a host up.</param>
    public JailDefinition Read(FilterDefinition filter, Func<string, IPAddress[]> resolve)
    {
        double ban = Seconds("bantime", 600);
        string? command = Value("ignorecommand");
        if (command is not null)
        {
            Complain(false, "ignorecommand", command, "is not run: the gateway starts no programs");
        }

        return new JailDefinition
        {
            Name = jail,
            Filter = filter,
            LogPaths = LogPaths(),
            MaxRetry = MaxRetry(),
            FindTime = TimeSpan.FromSeconds(Math.Max(0, Seconds("findtime", 600))),
            BanTime = ban < 0 ? null : TimeSpan.FromSeconds(ban),
            Increment = Increment(),
            IgnoreIp = Value("ignoreip") is { } ignored ? IgnoredHosts.Read(ignored, resolve, text => Complain(false, "ignoreip", ignored, text)) : [],
            IgnoreSelf = Value("ignoreself") is not { } self || Bool(self),
            IgnoreCommand = command,
            Port = Value("port"),
            LogTimeZone = LogTimeZone(),
        };
    }

    private static bool Bool(string text) => text.ToLowerInvariant() is "1" or "on" or "true" or "yes";

    private string? Value(string key) => values.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;

    private void Complain(bool isError, string key, string value, string text) =>
        messages.Add(new Fail2banMessage(isError, where(key), $"[{jail}] {key} = {(value.Length <= 100 ? value : value[..100] + "...")}: {text}."));

    private int MaxRetry()
    {
        if (Value("maxretry") is not { } text)
        {
            return 5;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number))
        {
            return Math.Max(1, number);
        }

        Complain(false, "maxretry", text, "is no number; 5 holds");
        return 5;
    }

    private double Seconds(string key, double otherwise)
    {
        if (Value(key) is not { } text)
        {
            return otherwise;
        }

        if (Durations.Seconds(text) is { } seconds)
        {
            return Math.Min(seconds, MaxSeconds);
        }

        Complain(false, key, text, string.Create(CultureInfo.InvariantCulture, $"is no time, such as 600, 10m or 1d 12h; {otherwise} s holds"));
        return otherwise;
    }

    private BanIncrement Increment()
    {
        bool enabled = Value("bantime.increment") is { } text && Bool(text);
        if (Value("bantime.formula") is { } formula && enabled && string.Concat(formula.Where(static c => !char.IsWhiteSpace(c))) != DefaultFormula)
        {
            Complain(false, "bantime.formula", formula, "only fail2ban's default formula can be calculated, and it holds");
        }

        double factor = 1;
        if (Value("bantime.factor") is { } factorText)
        {
            if (Durations.Calculate(factorText) is { } number and >= 0)
            {
                factor = number;
            }
            else
            {
                Complain(false, "bantime.factor", factorText, "is no number of at least 0; 1 holds");
            }
        }

        return new BanIncrement
        {
            Enabled = enabled,
            Factor = factor,
            Multipliers = Multipliers(),
            MaxTime = Value("bantime.maxtime") is null || Seconds("bantime.maxtime", -1) is not (>= 0 and var most) ? null : TimeSpan.FromSeconds(most),
            RandomTime = TimeSpan.FromSeconds(Math.Max(0, Seconds("bantime.rndtime", 0))),
            OverAllJails = Value("bantime.overalljails") is { } all && Bool(all),
        };
    }

    private List<double> Multipliers()
    {
        var numbers = new List<double>();
        if (Value("bantime.multipliers") is { } text)
        {
            foreach (string word in text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (!double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                {
                    Complain(false, "bantime.multipliers", text, $"\"{word}\" is no number; bans double each time");
                    return [];
                }

                numbers.Add(number);
            }
        }

        return numbers;
    }

    private List<LogPath> LogPaths()
    {
        var paths = new List<LogPath>();
        if (Value("backend") is { } backend && backend.StartsWith("systemd", StringComparison.Ordinal))
        {
            Complain(false, "backend", backend, "the journal is not read; name files in logpath and set backend = auto");
            return paths;
        }

        foreach (string line in (Value("logpath") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int blank = line.LastIndexOf(' ');
            string path = blank < 0 ? line : line[..blank].TrimEnd();
            if (!Path.IsPathRooted(path))
            {
                Complain(false, "logpath", line, "is no absolute path and is not followed");
                continue;
            }

            paths.Add(new LogPath(path, blank > 0 && line[(blank + 1)..] == "tail"));
        }

        return paths;
    }

    private TimeZoneInfo? LogTimeZone()
    {
        if (Value("logtimezone") is not { } text)
        {
            return null;
        }

        if (ZoneNames.Parse(text) is { } minutes and > -840 and < 840)
        {
            return TimeZoneInfo.CreateCustomTimeZone(text, TimeSpan.FromMinutes(minutes), text, text);
        }

        Complain(false, "logtimezone", text, "is no zone such as UTC, CET or UTC+0100; the machine's own holds");
        return null;
    }
}
