namespace Weir.Policies.Throttle.Matching;

/// <summary>Patterns with <c>*</c> for any characters, none included, and <c>?</c> for one. ASCII case does not matter. No recursion.</summary>
internal static class Glob
{
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>True when the whole text matches. Takes at most pattern length x text length steps.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (p, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || AreEqual(pattern[p], text[t])))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    private static bool AreEqual(char one, char other) =>
        one == other || (char.IsAsciiLetter(one) && char.IsAsciiLetter(other) && (one | 0x20) == (other | 0x20));
}
