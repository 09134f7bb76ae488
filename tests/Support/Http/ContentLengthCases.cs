using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Content-Length is digits, once (RFC 9110 section 8.6).</summary>
internal static class ContentLengthCases
{
    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("length: plain", Post("Content-Length: 5") + "hello", sees: ["\r\n\r\nhello"]),
        Forwarded("length: zero", Post("Content-Length: 0")),
        Forwarded("length: leading zeros", Post("Content-Length: 005") + "hello", sees: ["Content-Length: 5\r\n", "\r\n\r\nhello"]),
        Forwarded("length: space and tab around", Post("Content-Length: \t 5 \t") + "hello", sees: ["Content-Length: 5\r\n"]),
        Forwarded("length: a GET with a body", Get("Content-Length: 5") + "hello", sees: ["\r\n\r\nhello"]),
        Forwarded("length: a POST without", Post(), hides: ["Transfer-Encoding"]),
        Refused("length: plus sign", 400, Post("Content-Length: +5") + "hello"),
        Refused("length: minus sign", 400, Post("Content-Length: -5") + "hello"),
        Refused("length: minus zero", 400, Post("Content-Length: -0")),
        Refused("length: empty", 400, Post("Content-Length:")),
        Refused("length: hexadecimal", 400, Post("Content-Length: 0x5") + "hello"),
        Refused("length: fraction", 400, Post("Content-Length: 5.0") + "hello"),
        Refused("length: exponent", 400, Post("Content-Length: 5e0") + "hello"),
        Refused("length: thousands", 400, Post("Content-Length: 5,000") + "hello"),
        Refused("length: inner space", 400, Post("Content-Length: 5 5") + "hello"),
        Refused("length: other digits (superscript two)", 400, Post("Content-Length: \u00B2") + "he"),
        Refused("length: letters", 400, Post("Content-Length: five") + "hello"),
        Refused("length: vertical tab before", 400, Post("Content-Length: \v5") + "hello"),
        Refused("length: form feed after", 400, Post("Content-Length: 5\f") + "hello"),
        Refused("length: no-break space before", 400, Post("Content-Length: \u00A05") + "hello"),
        Refused("length: a list of equal ones", 400, Post("Content-Length: 5, 5") + "hello"),
        Refused("length: a list of different ones", 400, Post("Content-Length: 5, 6") + "hello!"),
        Refused("length: twice, equal", 400, Post("Content-Length: 5", "Content-Length: 5") + "hello"),
        Refused("length: twice, different", 400, Post("Content-Length: 5", "Content-Length: 0") + "hello"),
        Refused("length: one more than 64 bits", 400, Post("Content-Length: 9223372036854775808") + "hello"),
        Refused("length: 2 to the 64 plus 5", 400, Post("Content-Length: 18446744073709551621") + "hello"),
        Refused("length: 40 digits", 400, Post("Content-Length: " + new string('0', 39) + "5") + "hello"),
        Refused("length: space before the colon", 400, Post("Content-Length : 5") + "hello"),
    ];
}
