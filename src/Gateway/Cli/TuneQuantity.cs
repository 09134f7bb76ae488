using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Weir.Gateway.Cli;

/// <summary>Numbers with units on the command line: <c>40G</c>, <c>100ms</c>.</summary>
internal static class TuneQuantity
{
    /// <summary>A size in MB; a plain number is MB.</summary>
    public static double? Megabytes(string text) => Parse(text, [("TB", 1024 * 1024), ("GB", 1024), ("MB", 1), ("KB", 1 / 1024.0), ("T", 1024 * 1024), ("G", 1024), ("M", 1), ("K", 1 / 1024.0), ("", 1)]);

    /// <summary>A time in seconds; a plain number is seconds.</summary>
    public static double? Seconds(string text) => Parse(text, [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]);

    /// <summary>An option whose argument such a function reads.</summary>
    public static Option<double?> Option(string name, string description, string kind, Func<string, double?> parse)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = kind };
        option.CustomParser = result => Read(result, name, kind, parse);
        return option;
    }

    private static double? Read(ArgumentResult result, string name, string kind, Func<string, double?> parse)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (parse(text) is { } value)
            return value;
        result.AddError($"{name} is '{text}'; allowed: a {kind}, for example {(kind == "size" ? "40G, 512M or 512 (MB)" : "100ms, 1.5s or 10 (s)")}.");
        return null;
    }

    private static double? Parse(string text, (string Suffix, double Factor)[] units)
    {
        foreach (var (suffix, factor) in units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                return number * factor;
            }
        }

        return null;
    }
}
