using System.Text;

namespace Weir.Policies.RequestRules;

/// <summary>
/// Latin-1, with <c>keep-alive, close, </c> before a Connection value that names headers. Kestrel writes <c>close</c>,
/// <c>keep-alive</c> or <c>Upgrade</c> over a Connection that has just one of these words, and with it the other names would be
/// lost; beside both words it leaves them, and closes the connection after the request.
/// </summary>
internal sealed class ConnectionEncoding : Encoding
{
    public static readonly ConnectionEncoding Instance = new();

    private const string KeepsNames = "keep-alive, close, ";

    // Their headers have rules of their own, or none: nothing is lost with these words. Common clients send each of them.
    private static readonly string[] Words = ["close", "keep-alive", "Upgrade", "HTTP2-Settings", "TE", ""];

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) =>
        NamesHeaders(bytes.AsSpan(index, count)) ? KeepsNames.Length + count : count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var value = bytes.AsSpan(byteIndex, byteCount);
        var prefix = NamesHeaders(value) ? KeepsNames : "";
        prefix.CopyTo(chars.AsSpan(charIndex));
        return prefix.Length + Latin1.GetChars(value, chars.AsSpan(charIndex + prefix.Length));
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => KeepsNames.Length + byteCount;

    private static bool NamesHeaders(ReadOnlySpan<byte> value)
    {
        foreach (var part in value.Split((byte)','))
        {
            var name = value[part].Trim(" \t"u8);
            var isWord = false;
            foreach (var word in Words)
                isWord |= Ascii.EqualsIgnoreCase(name, word);
            if (!isWord)
                return true;
        }

        return false;
    }
}
