using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Jail.Lists;

/// <summary>
/// One line of a list of bans: <c>network [duration] [reason]</c>, <c>#</c> begins a comment. Lines of
/// <c>fail2ban-client get JAIL banip --with-time</c> and the one of <c>fail2ban-client banned</c> are understood too.
/// </summary>
public static partial class BanLine
{
    /// <summary>Reads one line.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="standard">Duration where the line has none; null for ever.</param>
    /// <param name="now">What durations count from.</param>
    /// <param name="zone">Zone of the times that fail2ban-client writes.</param>
    /// <param name="entries">What it asks for; nothing for an empty line or a comment.</param>
    /// <returns>What is wrong with it, as a sentence; null when nothing is.</returns>
    public static string? Read(string line, TimeSpan? standard, DateTimeOffset now, TimeZoneInfo zone, out IReadOnlyList<BanEntry> entries)
    {
        entries = [];
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        var text = (comment < 0 ? line : line[..comment]).Trim();
        if (text.Length == 0)
            return null;
        if (text[0] == '[')
            return ReadBanned(text, standard, now, out entries);
        var words = text.Split((char[])[' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        if (!Networks.TryParse(words[0], out var network))
            return $"'{Shown(words[0])}' is no address and no network.";
        if (words.Length > 1 && WithTime().Match(text) is { Success: true } timed)
        {
            if (!TryEnd(timed.Groups["end"].Value, zone, out var until))
                return $"'{timed.Groups["end"].Value}' is no time.";
            if (until <= now)
                return "Its end has passed already.";
            entries = [new BanEntry(network.Value, until, "fail2ban")];
            return null;
        }

        // A word after the network that is no duration begins the reason.
        var duration = standard;
        var reason = words.Length > 1 ? string.Join(' ', words.Skip(1)) : "";
        if (words.Length > 1 && (char.IsAsciiDigit(words[1][0]) || words[1] is "-1" || words[1].Equals("forever", StringComparison.OrdinalIgnoreCase)))
        {
            if (!BanTime.TryParse(words[1], out duration))
                return $"'{Shown(words[1])}' is no duration; allowed: seconds, 10m, 2h, 1d, 1w, 01:00:00 or forever.";
            reason = words.Length > 2 ? words[2] : "";
        }

        entries = [new BanEntry(network.Value, duration is { } time ? now + time : null, reason)];
        return null;
    }

    // [{'sshd': ['192.0.2.1', '192.0.2.2']}, {'apache': []}]
    private static string? ReadBanned(string text, TimeSpan? standard, DateTimeOffset now, out IReadOnlyList<BanEntry> entries)
    {
        var found = new List<BanEntry>();
        entries = found;
        DateTimeOffset? until = standard is { } time ? now + time : null;
        var jail = "";
        foreach (var match in Quoted().EnumerateMatches(text))
        {
            var word = text.Substring(match.Index + 1, match.Length - 2);
            var after = text.AsSpan(match.Index + match.Length).TrimStart();
            if (after.StartsWith(":"))
                jail = word;
            else if (Networks.TryParse(word, out var network))
                found.Add(new BanEntry(network.Value, until, $"fail2ban {jail}"));
            else
                return $"'{Shown(word)}' is no address and no network.";
        }

        return found.Count == 0 && text.Trim('[', ']', '{', '}', ' ').Length > 0 && jail.Length == 0 ? "It is no list as fail2ban-client banned writes it." : null;
    }

    private static bool TryEnd(string text, TimeZoneInfo zone, out DateTimeOffset? until)
    {
        until = null;
        if (!DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return false;
        // fail2ban writes the year 9999 for ever.
        if (local.Year is > 1970 and < 9999)
            until = new DateTimeOffset(local, zone.GetUtcOffset(local));
        return local.Year > 1970;
    }

    private static string Shown(string text) => text.Length > 64 ? text[..64] + "..." : text;

    [GeneratedRegex(@"\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+ -?\d+ = (?<end>\d\d\d\d-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WithTime();

    [GeneratedRegex("'[^']*'|\"[^\"]*\"", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Quoted();
}
