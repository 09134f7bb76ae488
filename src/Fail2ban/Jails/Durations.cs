using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Fail2ban.Jails;

/// <summary>Reads times such as <c>600</c>, <c>10m</c>, <c>1d 12h</c>, <c>1year-6mo</c> and the numbers of factors.</summary>
internal static partial class Durations
{
    private const double Day = 86_400;
    private const double Year = 365.25 * Day;
    private const int MaxLength = 200;

    /// <summary>Seconds; null when the text is no time.</summary>
    public static double? Seconds(string text)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        string spaced = LetterDigit().Replace(text.Trim(), " ");
        string numbers = Unit().Replace(spaced, static match => "*" + UnitSeconds(match.Value).ToString("R", CultureInfo.InvariantCulture));
        return Calculate(Gap().Replace(numbers, "+"));
    }

    /// <summary>The value of a term of numbers, + - * / and brackets; null when it is none.</summary>
    public static double? Calculate(string term)
    {
        if (term.Length > MaxLength * 4)
        {
            return null;
        }

        int at = 0;
        double? value = Sum(term, ref at, 0);
        Skip(term, ref at);
        return at == term.Length && value is { } number && double.IsFinite(number) ? number : null;
    }

    private static double UnitSeconds(string unit) => unit.ToLowerInvariant() switch
    {
        ['d', ..] => Day,
        ['w', ..] => 7 * Day,
        ['m', 'o', ..] => Year / 12,
        ['y', ..] => Year,
        ['m', ..] => 60,
        ['h', ..] => 3600,
        _ => 1,
    };

    private static double? Sum(string term, ref int at, int depth)
    {
        double? value = Product(term, ref at, depth);
        while (Take(term, ref at, '+', '-') is { } sign)
        {
            double? other = Product(term, ref at, depth);
            value = sign == '+' ? value + other : value - other;
        }

        return value;
    }

    private static double? Product(string term, ref int at, int depth)
    {
        double? value = Number(term, ref at, depth);
        while (Take(term, ref at, '*', '/') is { } sign)
        {
            double? other = Number(term, ref at, depth);
            value = sign == '*' ? value * other : value / other;
        }

        return value;
    }

    private static double? Number(string term, ref int at, int depth)
    {
        if (depth > 20)
        {
            return null;
        }

        if (Take(term, ref at, '-', '+') is { } sign)
        {
            double? signed = Number(term, ref at, depth + 1);
            return sign == '-' ? -signed : signed;
        }

        if (Take(term, ref at, '(', '(') is not null)
        {
            double? inner = Sum(term, ref at, depth + 1);
            return Take(term, ref at, ')', ')') is null ? null : inner;
        }

        int start = at;
        while (at < term.Length && (char.IsAsciiDigit(term[at]) || term[at] == '.'))
        {
            at++;
        }

        return double.TryParse(term.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private static char? Take(string term, ref int at, char one, char other)
    {
        Skip(term, ref at);
        return at < term.Length && (term[at] == one || term[at] == other) ? term[at++] : null;
    }

    private static void Skip(string term, ref int at)
    {
        while (at < term.Length && char.IsWhiteSpace(term[at]))
        {
            at++;
        }
    }

    [GeneratedRegex(@"(?<=[a-z])(?=\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex LetterDigit();

    [GeneratedRegex(@"(?<=[\d\s])(?:days?|da|dd?|weeks?|wee?|ww?|months?|mon?|years?|yea?|yy?|seconds?|sec?|ss?|minutes?|min?|mm?|hours?|hou?|hh?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex Unit();

    [GeneratedRegex(@"(?<=\d)\s+(?=\d)", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex Gap();
}
