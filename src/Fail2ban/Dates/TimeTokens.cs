using System.Collections.Frozen;
using System.Text;

namespace Weir.Fail2ban.Dates;

/// <summary>The <c>%</c> tokens of a <c>datepattern</c> as expressions; their groups are named by the token's letter.</summary>
internal static class TimeTokens
{
    private const string Zone = "[A-Z](?:[A-Z]{2,4})?";
    private const string Offset = @"[+-][01]\d(?::?\d{2})?";

    public static readonly string[] Months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    public static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    private static readonly FrozenDictionary<string, string> Expressions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["%"] = "%",
        ["a"] = Names('a', Days.Select(static day => day[..3])),
        ["A"] = Names('A', Days),
        ["b"] = Names('b', Months.Select(static month => month[..3])),
        ["B"] = Names('B', Months),
        ["d"] = @"(?P<d>[1-2]\d|[0 ]?[1-9]|3[0-1])",
        ["f"] = "(?P<f>[0-9]{1,6})",
        ["G"] = @"(?P<G>\d{4})",
        ["H"] = @"(?P<H>[0-1]?\d|2[0-3])",
        ["I"] = "(?P<I>1[0-2]|0[1-9]|[1-9])",
        ["j"] = @"(?P<j>36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9])",
        ["k"] = @" ?(?P<H>[0-2]?\d)",
        ["l"] = @" ?(?P<I>1?\d)",
        ["m"] = "(?P<m>0?[1-9]|1[0-2])",
        ["M"] = @"(?P<M>[0-5]?\d)",
        ["p"] = "(?P<p>am|pm)",
        ["S"] = @"(?P<S>[0-5]?\d|6[0-1])",
        ["u"] = "(?P<u>[1-7])",
        ["U"] = @"(?P<U>5[0-3]|[0-4]\d|\d)",
        ["V"] = @"(?P<V>5[0-3]|0[1-9]|[1-4]\d|\d)",
        ["w"] = "(?P<w>[0-6])",
        ["W"] = @"(?P<W>5[0-3]|[0-4]\d|\d)",
        ["y"] = @"(?P<y>\d\d)",
        ["Y"] = @"(?P<Y>\d{4})",
        ["z"] = $"(?P<z>Z|UTC|GMT|{Offset})",
        ["Z"] = "(?P<Z>Z|[A-Z]{3,5})",
        ["Exd"] = @"(?P<d>[1-2]\d|0[1-9]|3[0-1])",
        ["ExH"] = @"(?P<H>[0-1]\d|2[0-3])",
        ["Exk"] = @" ?(?P<H>[0-1]?\d|2[0-3])",
        ["Exl"] = @" ?(?P<I>1[0-2]|\d)",
        ["Exm"] = "(?P<m>0[1-9]|1[0-2])",
        ["ExM"] = @"(?P<M>[0-5]\d)",
        ["ExS"] = @"(?P<S>[0-5]\d|6[0-1])",
        ["Exy"] = @"(?P<y>\d{2})",
        // fail2ban takes the decades from 2000 to three years from now; the years to come are no harm
        ["ExY"] = @"(?P<Y>20[0-3]\d)",
        ["Exz"] = $"(?P<z>(?:{Zone})?{Offset}|{Zone})",
        ["ExZ"] = $"(?P<Z>{Zone})",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="FormatException">A token is not known.</exception>
    public static string Replace(string pattern)
    {
        var text = new StringBuilder();
        for (int at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] != '%')
            {
                text.Append(pattern[at]);
                continue;
            }

            int length = string.CompareOrdinal(pattern, at + 1, "Ex", 0, 2) == 0 && at + 4 <= pattern.Length ? 3 : 1;
            if (at + length >= pattern.Length || !Expressions.TryGetValue(pattern.Substring(at + 1, length), out string? expression))
            {
                throw new FormatException($"has \"{pattern[at..Math.Min(pattern.Length, at + 2)]}\", which is no part of a date");
            }

            text.Append(expression);
            at += length;
        }

        return text.ToString();
    }

    private static string Names(char group, IEnumerable<string> names) =>
        $"(?P<{group}>{string.Join('|', names.OrderByDescending(static name => name.Length))})";
}
