using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Weir.Fail2ban.Expressions;

/// <summary>A compiled expression of Python's dialect, with a limit on its time.</summary>
internal sealed class Expression
{
    private readonly Regex _regex;

    /// <exception cref="FormatException">It cannot be compiled; the message is a sentence without its subject.</exception>
    public Expression(string python, bool multiline = false, bool keepFirst = false)
    {
        TranslatedExpression translated = PythonExpression.Translate(python, keepFirst);
        Groups = translated.Groups;
        FirstGroup = translated.FirstGroup;
        RegexOptions options = RegexOptions.CultureInvariant | RegexOptions.Compiled | (multiline ? RegexOptions.Multiline : RegexOptions.None);
        try
        {
            _regex = new Regex(translated.Pattern, options, TimeSpan.FromMilliseconds(Fail2banLimits.MatchMilliseconds));
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"cannot be compiled: {fault.Message}", fault);
        }
    }

    /// <summary>Names of the groups that the author named.</summary>
    public IReadOnlySet<string> Groups { get; }

    public string? FirstGroup { get; }

    /// <summary>Searches from a place on. Running out of time is no match, after a second try: the machine may have been busy.</summary>
    public bool Search(string text, int from, [NotNullWhen(true)] out Match? match, ref bool timedOut)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                match = _regex.Match(text, from);
                return match.Success;
            }
            catch (RegexMatchTimeoutException)
            {
                timedOut |= attempt == 1;
            }
        }

        match = null;
        return false;
    }
}
