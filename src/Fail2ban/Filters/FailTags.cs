using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Fail2ban.Filters;

/// <summary>Replaces the tags of expressions, such as <c>&lt;HOST&gt;</c> and <c>&lt;F-USER&gt;</c>, by groups.</summary>
internal static partial class FailTags
{
    private const string Ip4 = @"(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})";
    private const string Ip6 = @"(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))";
    private const string Dns = @"(?P<dns>[\w\-.^_]*\w)";
    private const string Cidr = @"(?P<cidr>\d+)";
    private const string Address = $@"\[?(?:{Ip4}|{Ip6})\]?";

    private static readonly FrozenDictionary<string, string> Fixed = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["IP4"] = Ip4,
        ["IP6"] = Ip6,
        ["ADDR"] = Address,
        ["CIDR"] = Cidr,
        ["SUBNET"] = $@"\[?(?:{Ip4}|{Ip6})(?:/{Cidr})?\]?",
        ["DNS"] = Dns,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="expression">An expression in Python's dialect.</param>
    /// <param name="useDns"><c>usedns</c>; with <c>no</c>, <c>&lt;HOST&gt;</c> finds addresses only.</param>
    public static string Replace(string expression, string useDns)
    {
        var opened = new HashSet<string>(StringComparer.Ordinal);
        int skips = 0;
        string replaced = Tag().Replace(expression, match =>
        {
            string name = match.ValueSpan[1..^1].ToString();
            if (name == "HOST")
            {
                return useDns == "no" ? Address : $"(?:{Address}|{Dns})";
            }

            if (name == "SKIPLINES")
            {
                return string.Create(CultureInfo.InvariantCulture, $@"\n(?P<skiplines{skips++}>(?:(?:.*\n)*?))");
            }

            bool closes = name[0] == '/';
            bool whole = name[^1] == '/';
            string bare = name.Trim('/');
            if (!closes && !whole && Fixed.TryGetValue(bare, out string? text))
            {
                return text;
            }

            if (!bare.StartsWith("F-", StringComparison.Ordinal) || closes && whole)
            {
                return match.Value;
            }

            string group = bare[2..];
            if (whole)
            {
                return group switch
                {
                    "ID" => @"(?P<fid>\S+)",
                    "PORT" => @"(?P<fport>\w+)",
                    _ => Fixed.GetValueOrDefault(group, match.Value),
                };
            }

            if (group.Length == 0 || !group.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '_' or '-'))
            {
                return match.Value;
            }

            if (closes)
            {
                return opened.Contains(group) ? ")" : match.Value;
            }

            opened.Add(group);
            return $"(?P<{GroupName(group)}>";
        });

        // ((?i)xxx) and (?:(?i)xxx) are meant for what stands within the brackets
        return LocalFlags().Replace(replaced, "${flags}:");
    }

    private static string GroupName(string tag) => tag.ToLowerInvariant() switch
    {
        "id" => "fid",
        "port" => "fport",
        string name => name,
    };

    [GeneratedRegex(@"</?[\w\-]+/?>", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?<!\\)\((?:\?:)?(?<flags>\(\?[a-z]+)\)", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex LocalFlags();
}
