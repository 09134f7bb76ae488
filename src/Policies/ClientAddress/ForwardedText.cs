using System.Buffers;

namespace Weir.Policies.ClientAddress;

/// <summary>The header of RFC 7239: <c>for="[2001:db8::1]:4711";proto=https, for=192.0.2.43</c>. Does not allocate.</summary>
internal static class ForwardedText
{
    /// <summary>Characters of obfuscated nodes and ports, section 6.3.</summary>
    public static readonly SearchValues<char> Obfuscated =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>
    /// Takes the last element off. The text is read from its end, so that what a client wrote in front, an open quote above all,
    /// cannot swallow what a proxy has added behind it.
    /// </summary>
    /// <param name="rest">What is left of the line; empty after the first element.</param>
    /// <param name="hasMore">True when there was a comma in front.</param>
    public static ReadOnlySpan<char> TakeLast(ref ReadOnlySpan<char> rest, out bool hasMore)
    {
        var isQuoted = false;
        for (var i = rest.Length - 1; i >= 0; i--)
        {
            if (rest[i] == '"' && !IsEscaped(rest, i))
                isQuoted = !isQuoted;
            if (rest[i] != ',' || isQuoted)
                continue;
            var element = rest[(i + 1)..];
            rest = rest[..i];
            hasMore = true;
            return element;
        }

        var last = rest;
        rest = default;
        hasMore = false;
        return last;
    }

    /// <summary>The address of an element's <c>for</c>. False for none, two, <c>unknown</c>, an obfuscated one, and an element that breaks the grammar.</summary>
    public static bool TryReadFor(ReadOnlySpan<char> element, out PlainAddress address)
    {
        address = default;
        var found = false;
        while (true)
        {
            element = element.TrimStart(" \t");
            var equals = element.IndexOf('=');
            if (equals <= 0 || element[..equals].IndexOfAnyExcept(Token) >= 0)
                return false;
            var isFor = element[..equals].Equals("for", StringComparison.OrdinalIgnoreCase);
            if (isFor && found)
                return false;
            var value = element[(equals + 1)..];
            if (!TryTakeValue(ref value, isFor, ref address))
                return false;
            found |= isFor;
            element = value.TrimStart(" \t");
            if (element.IsEmpty)
                return found;
            if (element[0] != ';')
                return false;
            element = element[1..];
        }
    }

    private static bool IsEscaped(ReadOnlySpan<char> text, int at)
    {
        var slashes = 0;
        while (at - slashes > 0 && text[at - slashes - 1] == '\\')
            slashes++;
        return (slashes & 1) != 0;
    }

    /// <summary>Moves past a value; of <c>for</c> the address is read.</summary>
    private static bool TryTakeValue(ref ReadOnlySpan<char> text, bool isFor, ref PlainAddress address)
    {
        if (text.IsEmpty || text[0] != '"')
        {
            var end = text.IndexOf(';');
            // A node with a colon belongs into quotes, but some write it without, and it can be read only one way.
            var plain = (end < 0 ? text : text[..end]).TrimEnd(" \t");
            text = end < 0 ? default : text[end..];
            return !plain.IsEmpty && plain.IndexOfAny('"', ' ', '\t') < 0 && (!isFor || AddressText.TryParse(plain, out address));
        }

        Span<char> inner = stackalloc char[AddressText.MaxLength];
        var length = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                text = text[(i + 1)..];
                return !isFor || (length <= inner.Length && AddressText.TryParse(inner[..length], out address));
            }

            if (text[i] == '\\' && ++i == text.Length)
                return false;
            if (length < inner.Length)
                inner[length] = text[i];
            length++;
        }

        return false;
    }
}
