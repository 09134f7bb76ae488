using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Admission;
using Weir.Policies.Contracts;

namespace Weir.Policies.Balancing;

/// <summary>The cluster's metadata <c>Weir.HashKey</c>: <c>address</c> (default), <c>header:NAME</c>, <c>cookie:NAME</c> or <c>path</c>.</summary>
internal sealed record HashKey(HashKeyKind Kind, string Name)
{
    public const string Metadata = "Weir.HashKey";
    public const string Allowed = "address, header:NAME, cookie:NAME or path";

    private const int LongestName = 64;
    private static readonly HashKey ByAddress = new(HashKeyKind.Address, "");

    /// <summary>Null when the text is none of the allowed forms; a missing text means the client's address.</summary>
    public static HashKey? Parse(string? text)
    {
        if (text is null)
            return ByAddress;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? "" : text[(colon + 1)..];
        var named = colon >= 0 && name.Length is > 0 and <= LongestName && name.All(IsTokenChar);
        return (colon < 0 ? text : text[..colon]).ToLowerInvariant() switch
        {
            "address" when colon < 0 => ByAddress,
            "path" when colon < 0 => new HashKey(HashKeyKind.Path, ""),
            "header" when named => new HashKey(HashKeyKind.Header, name),
            "cookie" when named => new HashKey(HashKeyKind.Cookie, name),
            _ => null,
        };
    }

    /// <summary>The request's place on the ring; a request without the header or cookie is placed by its address. Does not allocate.</summary>
    public ulong Of(HttpContext context)
    {
        var text = Kind switch
        {
            HashKeyKind.Header => context.Request.Headers[Name] is { Count: > 0 } values ? values[0] : null,
            HashKeyKind.Cookie => RequestCookie.Find(context.Request.Headers.Cookie, Name),
            HashKeyKind.Path => context.Request.Path.Value,
            _ => default(ReadOnlySpan<char>),
        };
        return text.IsEmpty ? OfAddress(context) : XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text));
    }

    private static ulong OfAddress(HttpContext context)
    {
        // Without an address no server is home; a random place spreads such requests instead of heaping them on one server.
        if (context.Features.Get<IClientKeyFeature>() is not { } client)
            return (ulong)Random.Shared.NextInt64();
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, client.ClientKey);
        return XxHash3.HashToUInt64(bytes);
    }

    // RFC 9110 section 5.6.2: the characters of header and cookie names.
    private static bool IsTokenChar(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}
