using System.Globalization;
using System.Text;

namespace Weir.Gateway.Telemetry;

/// <summary>Names, labels and numbers of the Prometheus text format 0.0.4, from dotted names with UCUM units.</summary>
internal static class PrometheusText
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["min"] = "minutes",
        ["h"] = "hours",
        ["d"] = "days",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["%"] = "percent",
        ["Hz"] = "hertz",
    };

    /// <summary>
    /// <c>weir.admission.wait</c> in <c>s</c> becomes <c>weir_admission_wait_seconds</c>; a counter ends with <c>_total</c>;
    /// units in braces are comments and leave no trace.
    /// </summary>
    public static string Name(string name, string? unit, MetricKind kind)
    {
        var text = new StringBuilder(Sanitize(name, allowColon: true));
        var suffix = unit is null ? null
            : unit == "1" ? kind is MetricKind.Gauge or MetricKind.ObservableGauge ? "ratio" : null
            : Units.GetValueOrDefault(unit);
        if (suffix is not null && !EndsWithWord(text, suffix))
            text.Append('_').Append(suffix);
        if (kind is MetricKind.Counter or MetricKind.ObservableCounter && !EndsWithWord(text, "total"))
            text.Append("_total");
        return text.ToString();
    }

    /// <summary>Labels as they stand between the braces, sorted by name. Names that become equal share one label, values joined by ';'.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var name = Sanitize(key, allowColon: false);
            var text = Text(value);
            labels[name] = labels.TryGetValue(name, out var other) ? other + ";" + text : text;
        }

        var line = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            line.Append(line.Length > 0 ? "," : "").Append(name).Append("=\"");
            Escape(line, value, quotes: true);
            line.Append('"');
        }

        return line.ToString();
    }

    /// <summary>The shortest text that reads back as the same number.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Backslash and line feed, and inside a label's value the quote.</summary>
    public static void Escape(StringBuilder into, string text, bool quotes)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => into.Append("\\\\"),
                '\n' => into.Append("\\n"),
                '"' when quotes => into.Append("\\\""),
                _ => into.Append(c),
            };
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Sanitize(string name, bool allowColon)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && allowColon) ? c : '_');
        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        return text.ToString();
    }

    private static bool EndsWithWord(StringBuilder text, string word) => text.ToString().EndsWith("_" + word, StringComparison.Ordinal);
}
