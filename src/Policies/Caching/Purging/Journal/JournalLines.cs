using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Weir.Policies.Caching.Purging.Journal;

/// <summary>
/// The lines of the journal, version 1. The first is <see cref="Header"/>. Each other is 8 hexadecimal digits of the CRC-32 of what
/// follows the blank behind them: <c>url|prefix|tag|all hard soft target</c>, times in milliseconds, or <c>last id</c>, what was heard
/// last of the other gateways. UTF-8, ended by a line feed.
/// </summary>
internal static class JournalLines
{
    public const string Header = "weir-purges 1";

    /// <summary>Bytes of a line; a longer one is damaged.</summary>
    public const int MaxBytes = 8 * 1024;

    private const int SumDigits = 8;

    public static void Write(Stream to, in PurgeItem item) =>
        WriteBody(to, string.Create(CultureInfo.InvariantCulture, $"{PurgeWords.Of(item.Kind)} {item.Times.Hard} {item.Times.Soft} {item.Text}"));

    public static void Write(Stream to, string lastId) => WriteBody(to, "last " + lastId);

    /// <summary>Reads a line without its line feed.</summary>
    /// <returns>False for a damaged one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out PurgeItem? item, out string? lastId)
    {
        (item, lastId) = (null, null);
        if (line.Length is <= SumDigits or > MaxBytes || line[SumDigits] != ' ')
            return false;
        var body = line[(SumDigits + 1)..];
        Span<byte> sum = stackalloc byte[SumDigits];
        Crc32.HashToUInt32(body).TryFormat(sum, out _, "x8", CultureInfo.InvariantCulture);
        if (!sum.SequenceEqual(line[..SumDigits]))
            return false;
        var words = Encoding.UTF8.GetString(body).Split(' ', 4);
        if (words is ["last", var id])
        {
            lastId = id;
            return true;
        }

        if (words is not [var kind, var hard, var soft, var text] || !PurgeWords.TryKind(kind, out var known)
            || !long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var hardAt) || !long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var softAt))
            return false;
        item = new PurgeItem(known, text, new PurgeTimes(hardAt, softAt));
        return true;
    }

    private static void WriteBody(Stream to, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Span<byte> sum = stackalloc byte[SumDigits + 1];
        Crc32.HashToUInt32(bytes).TryFormat(sum, out _, "x8", CultureInfo.InvariantCulture);
        sum[SumDigits] = (byte)' ';
        to.Write(sum);
        to.Write(bytes);
        to.WriteByte((byte)'\n');
    }
}
