using System.Globalization;

namespace Weir.Policies.Throttle.Imports;

/// <summary>
/// Reads mod_evasive's directives out of an Apache configuration: in any section, in any case of letters, with quotes, comments and
/// lines that go on with a backslash. Other modules' directives are passed over. Follows mod_evasive 1.10.1 and Debian's additions.
/// </summary>
internal static class ModEvasiveFile
{
    /// <summary>Larger files are refused: 1 MB.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxCount = 1_000_000;
    private const int MaxSeconds = 86_400;

    private static readonly string[] Names =
    [
        "DOSPageCount", "DOSPageInterval", "DOSSiteCount", "DOSSiteInterval", "DOSBlockingPeriod", "DOSWhitelist", "DOSHTTPResponseCode",
        "DOSHashTableSize", "DOSEmailNotify", "DOSSystemCommand", "DOSLogDir",
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">As configured.</param>
    /// <returns>What it says, with every fault as a sentence that begins with <c>file:line</c>.</returns>
    public static ModEvasiveSettings Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MaxBytes)
                return new ModEvasiveSettings { Errors = [$"{path} has {file.Length} bytes; allowed: at most {MaxBytes}."] };
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new ModEvasiveSettings { Errors = [$"{path} cannot be read: {e.Message.TrimEnd('.')}."] };
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="name">What stands before the line's number.</param>
    public static ModEvasiveSettings Parse(string name, string text)
    {
        var settings = new ModEvasiveSettings();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var place = $"{name}:{i + 1}";
            var line = lines[i];
            while (line.EndsWith('\\') && i + 1 < lines.Length)
                line = string.Concat(line.AsSpan(0, line.Length - 1), lines[++i]);
            if (Words(line) is [{ } directive, .. var values] && directive.StartsWith("DOS", StringComparison.OrdinalIgnoreCase))
                Apply(settings, place, directive, values);
        }

        return settings;
    }

    private static void Apply(ModEvasiveSettings settings, string place, string directive, List<string> values)
    {
        var name = Array.Find(Names, n => n.Equals(directive, StringComparison.OrdinalIgnoreCase));
        if (name is null)
        {
            settings.Errors.Add($"{place}: {directive} is unknown; allowed: {string.Join(", ", Names)}.");
            return;
        }

        if (name == "DOSWhitelist" ? values.Count == 0 : values.Count != 1)
        {
            settings.Errors.Add($"{place}: {name} has {values.Count} values; allowed: {(name == "DOSWhitelist" ? "1 and more" : "1")}.");
            return;
        }

        switch (name)
        {
            case "DOSPageCount":
                settings.PageCount = Number(settings, place, name, values[0], 2, MaxCount);
                break;
            case "DOSSiteCount":
                settings.SiteCount = Number(settings, place, name, values[0], 50, MaxCount);
                break;
            case "DOSPageInterval":
                settings.PageInterval = Seconds(settings, place, name, values[0], 1);
                break;
            case "DOSSiteInterval":
                settings.SiteInterval = Seconds(settings, place, name, values[0], 1);
                break;
            case "DOSBlockingPeriod":
                settings.BlockingPeriod = Seconds(settings, place, name, values[0], 10);
                break;
            case "DOSHTTPResponseCode":
                if (values[0] is "403" or "429" or "503")
                    settings.Status = int.Parse(values[0], CultureInfo.InvariantCulture);
                else
                    settings.Errors.Add($"{place}: {name} is '{values[0]}'; allowed: 403, 429, 503.");
                break;
            case "DOSWhitelist":
                foreach (var value in values)
                    Allow(settings, place, value);
                break;
            case "DOSHashTableSize":
                settings.Notes.Add($"{place}: {name} is not used; the table's size is {ThrottleOptions.Section}:MaxCounters.");
                break;
            default:
                settings.Notes.Add($"{place}: {name} is not done; metrics, the log and a jail take its place, see docs/throttle.md.");
                break;
        }
    }

    private static void Allow(ModEvasiveSettings settings, string place, string value)
    {
        if (Matching.AddressSet.Parse(value) is null)
            settings.Errors.Add($"{place}: DOSWhitelist has '{value}'; allowed: {Matching.AddressSet.Allowed}.");
        else
            settings.Allow.Add(value);
    }

    private static TimeSpan? Seconds(ModEvasiveSettings settings, string place, string name, string value, int usual) =>
        Number(settings, place, name, value, usual, MaxSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static int? Number(ModEvasiveSettings settings, string place, string name, string value, int usual, int most)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number > most)
        {
            settings.Errors.Add($"{place}: {name} is '{value}'; allowed: a whole number up to {most}, where 0 and less mean {usual}.");
            return null;
        }

        return number <= 0 ? usual : (int)number;
    }

    /// <summary>The words of a line, quotes taken off; none for a comment.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var i = 0;
        while (true)
        {
            while (i < line.Length && char.IsWhiteSpace(line[i]))
                i++;
            if (i == line.Length || (words.Count == 0 && line[i] == '#'))
                return words;
            var quote = line[i] is '"' or '\'' ? line[i++] : '\0';
            var start = i;
            while (i < line.Length && (quote == '\0' ? !char.IsWhiteSpace(line[i]) : line[i] != quote))
                i++;
            words.Add(line[start..i]);
            if (quote != '\0' && i < line.Length)
                i++;
        }
    }
}
