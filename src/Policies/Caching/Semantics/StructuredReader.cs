using System.Text;

namespace Weir.Policies.Caching.Semantics;

/// <summary>The pieces of structured fields (RFC 8941 section 4.2).</summary>
internal ref struct StructuredReader(ReadOnlySpan<char> text)
{
    private const int MaxWholeDigits = 15;
    private const int MaxDecimalWhole = 12;
    private const int MaxFraction = 3;

    private readonly ReadOnlySpan<char> text = text;
    private int at;

    public readonly bool AtEnd => at == text.Length;

    private readonly char Next => at < text.Length ? text[at] : '\0';

    public bool Take(char c)
    {
        if (AtEnd || text[at] != c)
        {
            return false;
        }

        at++;
        return true;
    }

    public void SkipBlanks()
    {
        while (!AtEnd && FieldText.IsBlank(text[at]))
        {
            at++;
        }
    }

    public bool TryKey(out ReadOnlySpan<char> key)
    {
        var start = at;
        if (char.IsAsciiLetterLower(Next) || Next == '*')
        {
            while (!AtEnd && (char.IsAsciiLetterLower(text[at]) || char.IsAsciiDigit(text[at]) || text[at] is '_' or '-' or '.' or '*'))
            {
                at++;
            }
        }

        key = text[start..at];
        return !key.IsEmpty;
    }

    public bool TryItemOrInnerList(out StructuredItem item)
    {
        if (Next != '(')
        {
            return TryBareItem(out item);
        }

        at++;
        item = new(StructuredKind.InnerList);
        while (true)
        {
            SkipSpaces();
            if (Take(')'))
            {
                return true;
            }

            if (!TryBareItem(out _) || !TryParameters() || Next is not (' ' or ')'))
            {
                return false;
            }
        }
    }

    public bool TryParameters()
    {
        while (Take(';'))
        {
            SkipSpaces();
            if (!TryKey(out _) || (Take('=') && !TryBareItem(out _)))
            {
                return false;
            }
        }

        return true;
    }

    private void SkipSpaces()
    {
        while (Take(' '))
        {
        }
    }

    private bool TryBareItem(out StructuredItem item)
    {
        item = default;
        return Next switch
        {
            '-' or (>= '0' and <= '9') => TryNumber(out item),
            '"' => TryString(out item),
            ':' => TryBytes(out item),
            '?' => TryBoolean(out item),
            '*' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') => TryToken(out item),
            _ => false,
        };
    }

    private bool TryNumber(out StructuredItem item)
    {
        item = default;
        var negative = Take('-');
        var (whole, digits) = Digits(MaxWholeDigits);
        if (digits == 0)
        {
            return false;
        }

        if (Take('.'))
        {
            var (_, fraction) = Digits(MaxFraction);
            item = new(StructuredKind.Decimal);
            return digits <= MaxDecimalWhole && fraction > 0 && !char.IsAsciiDigit(Next);
        }

        item = new(StructuredKind.Integer, Whole: negative ? -whole : whole);
        return !char.IsAsciiDigit(Next);
    }

    private (long Number, int Count) Digits(int most)
    {
        var number = 0L;
        var count = 0;
        for (; count < most && char.IsAsciiDigit(Next); count++, at++)
        {
            number = (number * 10) + (text[at] - '0');
        }

        return (number, count);
    }

    private bool TryString(out StructuredItem item)
    {
        var plain = new StringBuilder();
        item = default;
        for (at++; !AtEnd; at++)
        {
            var c = text[at];
            if (c == '"')
            {
                at++;
                item = new(StructuredKind.String, Text: plain.ToString());
                return true;
            }

            if (c == '\\')
            {
                at++;
                if (Next is not ('"' or '\\'))
                {
                    return false;
                }

                c = Next;
            }

            if (c is < ' ' or > '~')
            {
                return false;
            }

            plain.Append(c);
        }

        return false;
    }

    private bool TryToken(out StructuredItem item)
    {
        var start = at;
        while (!AtEnd && (FieldText.IsTokenChar(text[at]) || text[at] is ':' or '/'))
        {
            at++;
        }

        item = new(StructuredKind.Token, Text: text[start..at].ToString());
        return true;
    }

    private bool TryBytes(out StructuredItem item)
    {
        item = new(StructuredKind.Bytes);
        var end = text[(at + 1)..].IndexOf(':');
        if (end < 0)
        {
            return false;
        }

        foreach (var c in text.Slice(at + 1, end))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '='))
            {
                return false;
            }
        }

        at += end + 2;
        return true;
    }

    private bool TryBoolean(out StructuredItem item)
    {
        at++;
        item = new(StructuredKind.Boolean, Truth: Next == '1');
        return Take('0') || Take('1');
    }
}
