namespace Weir.Fail2ban.Jails;

/// <summary>Shell patterns: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a-z]</c>. Takes time in proportion to pattern times name at most.</summary>
internal static class Wildcard
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && One(pattern, p, name[n], out int next))
            {
                p = next;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool One(ReadOnlySpan<char> pattern, int at, char c, out int next)
    {
        next = at + 1;
        if (pattern[at] == '?')
        {
            return true;
        }

        if (pattern[at] != '[')
        {
            return pattern[at] == c;
        }

        int first = at + 1;
        bool negated = first < pattern.Length && pattern[first] is '!' or '^';
        if (negated)
        {
            first++;
        }

        int length = first + 1 < pattern.Length ? pattern[(first + 1)..].IndexOf(']') : -1;
        if (length < 0)
        {
            // no class: a bracket
            return c == '[';
        }

        int end = first + 1 + length;
        next = end + 1;
        bool inside = false;
        for (int index = first; index < end; index++)
        {
            if (index + 2 < end && pattern[index + 1] == '-')
            {
                inside |= c >= pattern[index] && c <= pattern[index + 2];
                index += 2;
            }
            else
            {
                inside |= c == pattern[index];
            }
        }

        return inside != negated;
    }
}
