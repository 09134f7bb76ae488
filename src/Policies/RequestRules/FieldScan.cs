using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weir.Policies.RequestRules;

/// <summary>One look over all names and values of a request.</summary>
internal static class FieldScan
{
    private const int SmallestTable = 128;

    private static readonly SearchValues<char> LettersDigitsHyphen =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // RFC 9110 section 5.5: a value is made of visible characters, space, tab and bytes from 0x80.
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(c => c != '\t').Append(0x7F).Select(c => (char)c)]);

    /// <summary>Fields are copied here: a second enumerator per request would be allocated by the server, a copy is not.</summary>
    [ThreadStatic]
    private static KeyValuePair<string, StringValues>[]? t_fields;

    /// <summary>True for a token (RFC 9110 section 5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>True for a name that CGI and its kin fold to the variable of another one.</summary>
    public static bool IsUnderscore(ReadOnlySpan<char> name) => name.ContainsAnyExcept(LettersDigitsHyphen);

    /// <summary>Looks at every field once. Allocates nothing, but for a thread's first request.</summary>
    public static FieldTraits Of(IHeaderDictionary headers)
    {
        var count = headers.Count;
        var fields = t_fields;
        if (fields is null || fields.Length < count)
            t_fields = fields = new KeyValuePair<string, StringValues>[Math.Max(count, SmallestTable)];
        headers.CopyTo(fields, 0);
        var traits = FieldTraits.None;
        for (var i = 0; i < count; i++)
            traits |= Of(fields[i].Key, fields[i].Value);
        // The table outlives the request and must not keep its texts.
        Array.Clear(fields, 0, count);
        return traits;
    }

    private static FieldTraits Of(string name, StringValues values)
    {
        var traits = IsUnderscore(name) ? IsToken(name) ? FieldTraits.Underscore : FieldTraits.BadName : FieldTraits.None;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].AsSpan().ContainsAny(Controls))
                traits |= FieldTraits.BadValue;
        }

        return traits | Named(name, values);
    }

    private static FieldTraits Named(string name, StringValues values) => name.Length switch
    {
        2 when Is(name, "TE") => FieldTraits.TE,
        5 when Is(name, "Proxy") => FieldTraits.Proxy,
        6 when Is(name, "Expect") => FieldTraits.Expect,
        7 when Is(name, "Upgrade") => FieldTraits.Upgrade | FieldTraits.OfHttp1,
        10 when Is(name, "Connection") => IsPlainConnection(values) ? FieldTraits.OfHttp1 : FieldTraits.OfHttp1 | FieldTraits.Connection,
        10 when Is(name, "Keep-Alive") => FieldTraits.OfHttp1,
        14 when Is(name, "HTTP2-Settings") => FieldTraits.Upgrade,
        16 when Is(name, "Proxy-Connection") => FieldTraits.OfHttp1,
        17 when Is(name, "Transfer-Encoding") => FieldTraits.TransferEncoding | FieldTraits.OfHttp1,
        _ => FieldTraits.None,
    };

    private static bool IsPlainConnection(StringValues values) =>
        values.Count == 1 && values[0] is { } value && (Is(value, "keep-alive") || Is(value, "close"));

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
