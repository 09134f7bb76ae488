using System.Globalization;
using System.Text;

namespace Weir.Policies.Jail.Live;

/// <summary>Writes a request as Apache's combined access log does: <c>%h - - [%t] "%r" %&gt;s %b "%{Referer}i" "%{User-Agent}i"</c>.</summary>
public static class AccessLine
{
    /// <summary>Characters of a target that are written, escaped; Apache's own bound is the size of a request's line, 8190.</summary>
    public const int MaxTarget = 8192;

    /// <summary>Characters of a Referer that are written, escaped.</summary>
    public const int MaxReferer = 2048;

    /// <summary>Characters of a User-Agent that are written, escaped.</summary>
    public const int MaxUserAgent = 4096;

    /// <summary>
    /// Longest line: less than a filter looks at (16,384), so that no client can pad one field to push the next out of sight.
    /// </summary>
    public const int MaxLength = MaxTarget + MaxReferer + MaxUserAgent + 1024;

    private const int MaxWord = 256;

    /// <summary>One line without its end. What could end the line or a field is escaped as Apache does: \" \\ \n \t and \xhh.</summary>
    /// <param name="request">The request.</param>
    /// <param name="zone">The offset that the time is written in.</param>
    public static string Of(in AnsweredRequest request, TimeZoneInfo zone)
    {
        var line = new StringBuilder(256);
        line.Append(request.Address.IsIPv4MappedToIPv6 ? request.Address.MapToIPv4() : request.Address).Append(" - - [");
        var time = TimeZoneInfo.ConvertTime(request.Time, zone);
        line.Append(time.ToString("dd/MMM/yyyy:HH:mm:ss ", CultureInfo.InvariantCulture));
        var offset = time.Offset;
        line.Append(offset < TimeSpan.Zero ? '-' : '+').Append(offset.ToString("hhmm", CultureInfo.InvariantCulture)).Append("] \"");
        Escape(line, request.Method, MaxWord);
        line.Append(' ');
        Escape(line, request.Target, MaxTarget);
        line.Append(' ');
        Escape(line, request.Protocol, MaxWord);
        line.Append("\" ").Append(request.Status).Append(' ');
        // %b writes a dash for nothing.
        if (request.Bytes is > 0 and var bytes)
            line.Append(bytes);
        else
            line.Append('-');
        Quote(line, request.Referer, MaxReferer);
        Quote(line, request.UserAgent, MaxUserAgent);
        return line.ToString();
    }

    private static void Quote(StringBuilder line, string? field, int most)
    {
        line.Append(" \"");
        if (string.IsNullOrEmpty(field))
            line.Append('-');
        else
            Escape(line, field, most);
        line.Append('"');
    }

    private static void Escape(StringBuilder line, string field, int most)
    {
        var begin = line.Length;
        foreach (var c in field)
        {
            var before = line.Length;
            Escape(line, c);
            if (line.Length - begin <= most)
                continue;
            // No half of an escape.
            line.Length = before;
            return;
        }
    }

    private static void Escape(StringBuilder line, char c)
    {
        switch (c)
        {
            case '"' or '\\':
                line.Append('\\').Append(c);
                break;
            case '\n':
                line.Append("\\n");
                break;
            case '\r':
                line.Append("\\r");
                break;
            case '\t':
                line.Append("\\t");
                break;
            case '\b':
                line.Append("\\b");
                break;
            case '\v':
                line.Append("\\v");
                break;
            case >= ' ' and < '\x7f':
                line.Append(c);
                break;
            case <= '\xff':
                // Headers come as Latin-1: the character is the byte.
                line.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
                break;
            default:
                Bytes(line, c);
                break;
        }
    }

    private static void Bytes(StringBuilder line, char c)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = Encoding.UTF8.GetBytes([c], bytes);
        foreach (var b in bytes[..count])
            line.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture));
    }
}
