using System.Buffers;

namespace Weir.Forwarding.Http1;

/// <summary>
/// Reads a response head as strictly as a server reads a request (RFC 9112): CR LF line ends, no folding, tokens as names, no
/// control bytes. What passes can be written out again without changing its meaning. Knows nothing of framing.
/// </summary>
internal static class ResponseHeadParser
{
    /// <summary>Most bytes of a head, as Apache's own limit for the heads that it reads from a backend (LimitRequestLine) times 8.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>Most header lines.</summary>
    public const int MaxLines = 256;

    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    /// <summary>Bytes of a token: RFC 9110 section 5.6.2.</summary>
    private static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What ends a value or must not stand in it: all controls but HTAB, and DEL.</summary>
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 127]);

    /// <summary>Reads a head from the start of what was received.</summary>
    /// <param name="bytes">All bytes received of this answer so far.</param>
    /// <param name="handler">Told of each part, only once the whole head is there; of a prefix of the parts when the head is invalid.</param>
    /// <param name="length">Bytes of the head, its empty line included, when complete.</param>
    /// <param name="fault">Why, when invalid.</param>
    public static HeadStatus Parse<THandler>(ReadOnlySpan<byte> bytes, THandler handler, out int length, out ResponseFault fault)
        where THandler : IResponseHeadHandler
    {
        length = 0;
        fault = ResponseFault.None;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0 || end + 4 > MaxBytes)
        {
            fault = end >= 0 || bytes.Length >= MaxBytes ? ResponseFault.HeadTooLarge : FaultOfPrefix(bytes);
            return fault == ResponseFault.None ? HeadStatus.NeedMore : HeadStatus.Invalid;
        }

        length = end + 4;
        fault = ParseWhole(bytes[..(end + 2)], handler);
        return fault == ResponseFault.None ? HeadStatus.Complete : HeadStatus.Invalid;
    }

    /// <summary>Reads header lines until their end; for trailers, which look the same.</summary>
    /// <param name="lines">Whole lines, the last one's CR LF included.</param>
    public static ResponseFault ParseLines<THandler>(ReadOnlySpan<byte> lines, THandler handler)
        where THandler : IResponseHeadHandler
    {
        for (var count = 0; lines.Length > 0; count++)
        {
            if (count == MaxLines)
                return ResponseFault.HeadTooLarge;
            var colon = lines.IndexOfAnyExcept(Token);
            if (colon <= 0 || lines[colon] != ':')
                return colon == 0 && lines[0] is (byte)' ' or (byte)'\t' ? ResponseFault.FoldedHeader : ResponseFault.HeaderName;
            var rest = lines[(colon + 1)..];
            var stop = rest.IndexOfAny(Controls);
            if (stop < 0 || rest[stop] != Cr)
                return stop >= 0 && rest[stop] != Lf ? ResponseFault.HeaderValue : ResponseFault.LineEnd;
            if (stop + 1 >= rest.Length || rest[stop + 1] != Lf)
                return ResponseFault.LineEnd;
            handler.OnHeader(lines[..colon], TrimWhiteSpace(rest[..stop]));
            lines = rest[(stop + 2)..];
        }

        return ResponseFault.None;
    }

    private static ResponseFault ParseWhole<THandler>(ReadOnlySpan<byte> head, THandler handler)
        where THandler : IResponseHeadHandler
    {
        var stop = head.IndexOfAny(Controls);
        if (stop < 0 || head[stop] != Cr || head[stop + 1] != Lf)
            return ResponseFault.StatusLine;
        var line = head[..stop];
        // "HTTP/1.x NNN reason"; a few servers leave out the last space with the reason.
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ' || (line.Length > 12 && line[12] != ' '))
            return ResponseFault.StatusLine;
        int hundreds = line[9] - '0', tens = line[10] - '0', ones = line[11] - '0';
        if (hundreds is < 1 or > 9 || tens is < 0 or > 9 || ones is < 0 or > 9)
            return ResponseFault.StatusLine;
        handler.OnStatus((hundreds * 100) + (tens * 10) + ones, line[7] == '0', line.Length > 13 ? line[13..] : default);
        return ParseLines(head[(stop + 2)..], handler);
    }

    /// <summary>Finds early what no further byte can mend, so that a broken server is told from a slow one.</summary>
    private static ResponseFault FaultOfPrefix(ReadOnlySpan<byte> bytes)
    {
        var known = "HTTP/1."u8;
        var common = Math.Min(bytes.Length, known.Length);
        if (!bytes[..common].SequenceEqual(known[..common]))
            return ResponseFault.StatusLine;
        var rest = bytes;
        while (rest.IndexOfAny(Controls) is >= 0 and var stop)
        {
            if (rest[stop] == Lf)
                return ResponseFault.LineEnd;
            if (rest[stop] != Cr)
                return ResponseFault.HeaderValue;
            if (stop + 1 < rest.Length && rest[stop + 1] != Lf)
                return ResponseFault.LineEnd;
            rest = rest[Math.Min(stop + 2, rest.Length)..];
        }

        return ResponseFault.None;
    }

    private static ReadOnlySpan<byte> TrimWhiteSpace(ReadOnlySpan<byte> value)
    {
        var from = 0;
        while (from < value.Length && value[from] is (byte)' ' or (byte)'\t')
            from++;
        var to = value.Length;
        while (to > from && value[to - 1] is (byte)' ' or (byte)'\t')
            to--;
        return value[from..to];
    }
}
