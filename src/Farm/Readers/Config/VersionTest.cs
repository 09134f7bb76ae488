using System.Text.RegularExpressions;

namespace Weir.Farm.Readers.Config;

/// <summary>IfVersion's comparison (mod_version).</summary>
internal static class VersionTest
{
    /// <summary>Arguments are <c>[[!]operator] version</c>; null when they make no sense.</summary>
    public static bool? Evaluate(IReadOnlyList<string> arguments, Version actual)
    {
        if (arguments.Count is 0 or > 2)
            return null;
        var op = arguments.Count == 2 ? arguments[0] : "=";
        var text = arguments[^1];
        var negated = op.StartsWith('!');
        if (negated)
            op = op[1..];
        if (op is "=" or "==" && text is ['/', .., '/'])
            (op, text) = ("~", text[1..^1]);
        bool? result = op == "~" ? Matches(text, actual) : Compare(op, text, actual);
        return negated ? !result : result;
    }

    private static bool? Compare(string op, string text, Version actual)
    {
        var parts = text.Split('.');
        if (parts.Length > 3 || !parts.All(p => int.TryParse(p, out var n) && n >= 0))
            return null;
        var wanted = new Version(int.Parse(parts[0]), parts.Length > 1 ? int.Parse(parts[1]) : 0, parts.Length > 2 ? int.Parse(parts[2]) : 0);
        var order = new Version(actual.Major, actual.Minor, Math.Max(0, actual.Build)).CompareTo(wanted);
        return op switch
        {
            "=" or "==" => order == 0,
            ">" => order > 0,
            ">=" => order >= 0,
            "<" => order < 0,
            "<=" => order <= 0,
            _ => null,
        };
    }

    private static bool? Matches(string pattern, Version actual)
    {
        try
        {
            return Regex.IsMatch(actual.ToString(3), pattern, RegexOptions.ExplicitCapture, TimeSpan.FromMilliseconds(100));
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
