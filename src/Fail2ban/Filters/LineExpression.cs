using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Fail2ban.Expressions;

namespace Weir.Fail2ban.Filters;

/// <summary>One of prefregex, failregex and ignoreregex.</summary>
internal sealed class LineExpression
{
    private static readonly string[] Identities = ["fid", "ip4", "ip6", "dns", "mlfid"];
    private static readonly string[] Alternatives = ["alt_", "tuple_"];
    private readonly Expression _expression;
    private readonly (string Group, string Name)[] _alternatives;

    /// <exception cref="FormatException">The expression cannot be used; the message is a sentence without its subject.</exception>
    public LineExpression(string text, string useDns, bool multiline = false)
    {
        string replaced = FailTags.Replace(text, useDns);
        if (string.IsNullOrWhiteSpace(replaced))
        {
            throw new FormatException("is empty");
        }

        _expression = new Expression(replaced, multiline);
        _alternatives = [.. _expression.Groups.Where(IsAlternative).Order(StringComparer.Ordinal).Select(static group => (group, Target(group)))];
    }

    /// <summary>True when it can say who did it.</summary>
    public bool Identifies => Identities.Any(_expression.Groups.Contains);

    public bool Search(string text, [NotNullWhen(true)] out Match? match, ref bool timedOut) => _expression.Search(text, 0, out match, ref timedOut);

    /// <summary>Puts the groups that matched into a dictionary, alternatives such as <c>alt_user_1</c> as <c>user</c> too.</summary>
    public void Collect(Match match, Dictionary<string, string> into)
    {
        foreach (string name in _expression.Groups)
        {
            if (match.Groups[name] is { Success: true } group)
            {
                into[name] = group.Value;
            }
            else
            {
                into.Remove(name);
            }
        }

        foreach ((string group, string name) in _alternatives)
        {
            if (into.TryGetValue(group, out string? value) && value.Length > 0 && string.IsNullOrEmpty(into.GetValueOrDefault(name)))
            {
                into[name] = value;
            }
        }
    }

    /// <summary>What the SKIPLINES tags of a match passed over.</summary>
    public string[] SkippedLines(Match match)
    {
        string skipped = "";
        for (int index = 0; _expression.Groups.Contains("skiplines" + index.ToString(CultureInfo.InvariantCulture)); index++)
        {
            skipped += match.Groups["skiplines" + index.ToString(CultureInfo.InvariantCulture)].Value;
        }

        return skipped.Length == 0 ? [] : skipped.TrimEnd('\n').Split('\n');
    }

    private static bool IsAlternative(string group) => Alternatives.Any(prefix => group.StartsWith(prefix, StringComparison.Ordinal));

    private static string Target(string group)
    {
        string name = group[(group.IndexOf('_', StringComparison.Ordinal) + 1)..];
        int number = name.LastIndexOf('_');
        if (number > 0 && number + 1 < name.Length && name.AsSpan(number + 1).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            name = name[..number];
        }

        return name switch { "id" => "fid", "port" => "fport", _ => name };
    }
}
