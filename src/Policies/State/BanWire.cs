using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Weir.Policies.State;

/// <summary>
/// Bans as bytes. A message is <c>replica kind age rest network json</c>, what is kept is <c>stamp kind end json</c> under the
/// network; times in milliseconds. Whoever can write to Redis can send anything, so nothing is taken as it comes.
/// </summary>
internal static class BanWire
{
    /// <summary>Longest message, and longest entry.</summary>
    public const int MaxBytes = 4096;

    private const int MaxJail = 64;
    private const int MaxReason = 256;
    private const int MinPrefix4 = 8;
    private const int MinPrefix6 = 16;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public static byte[] Json(BanDetails details)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jail", Clip(details.Jail, MaxJail));
            json.WriteString("reason", Clip(details.Reason, MaxReason));
            json.WriteNumber("count", details.Count);
            json.WriteBoolean("direct", details.IsDirect);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a message; null when anything in it is not as it must be.</summary>
    public static BanChange? Message(ReadOnlyMemory<byte> message, out string replica)
    {
        replica = "";
        if (message.Length > MaxBytes)
            return null;
        var rest = message.Span;
        var sender = Word(ref rest);
        if (sender.Length is 0 or > 128)
            return null;
        replica = Encoding.UTF8.GetString(sender);
        var kind = Word(ref rest);
        if (!TryNumber(Word(ref rest), out var age) || !TryNumber(Word(ref rest), out var left))
            return null;
        return Make(Encoding.UTF8.GetString(Word(ref rest)), kind, age, left, message[^rest.Length..]);
    }

    /// <summary>Reads what is kept under a network.</summary>
    /// <param name="network">The field.</param>
    /// <param name="entry">The value.</param>
    /// <param name="now">Redis' time in milliseconds.</param>
    public static BanChange? Entry(ReadOnlySpan<byte> network, ReadOnlyMemory<byte> entry, long now)
    {
        if (entry.Length > MaxBytes || network.Length > 64)
            return null;
        var rest = entry.Span;
        if (!TryNumber(Word(ref rest), out var stamp))
            return null;
        var kind = Word(ref rest);
        if (!TryNumber(Word(ref rest), out var end))
            return null;
        // One that has ended is not gone before the next change; it is as good as none.
        var left = end < 0 ? -1 : Math.Max(0, end - now);
        return Make(Encoding.UTF8.GetString(network), kind, Math.Max(0, now - stamp), left, entry[^rest.Length..]);
    }

    private static BanChange? Make(string network, ReadOnlySpan<byte> kind, long age, long left, ReadOnlyMemory<byte> json)
    {
        var isBan = kind.SequenceEqual("1"u8);
        if ((!isBan && !kind.SequenceEqual("0"u8)) || age < 0 || age > Longest.TotalMilliseconds || left < -1 || left > Longest.TotalMilliseconds)
            return null;
        if (!IPNetwork.TryParse(network, out var parsed) || !IsPlausible(parsed))
            return null;
        var details = default(BanDetails);
        if (isBan && !TryDetails(json, out details))
            return null;
        return new BanChange(parsed, isBan, TimeSpan.FromMilliseconds(age), left < 0 ? null : TimeSpan.FromMilliseconds(left), details);
    }

    // A whole address family, or a large part of one, is never banned on another's word.
    private static bool IsPlausible(IPNetwork network) =>
        network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? network.PrefixLength >= MinPrefix4
        : network.PrefixLength >= MinPrefix6 && !network.BaseAddress.IsIPv4MappedToIPv6;

    private static bool TryDetails(ReadOnlyMemory<byte> json, out BanDetails details)
    {
        details = default;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 2 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !TryText(root, "jail", MaxJail, out var jail) || jail.Length == 0 || !TryText(root, "reason", MaxReason, out var reason)
                || !root.TryGetProperty("count", out var count) || count.ValueKind != JsonValueKind.Number || !count.TryGetInt32(out var times) || times < 1
                || !root.TryGetProperty("direct", out var direct) || direct.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                return false;
            details = new BanDetails(jail, reason, times, direct.GetBoolean());
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryText(JsonElement root, string name, int longest, out string text)
    {
        text = root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "\0";
        return text.Length <= longest && !text.Any(char.IsControl);
    }

    private static string Clip(string text, int longest)
    {
        var clean = new string([.. text.Take(longest).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
        return clean;
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        var space = rest.IndexOf((byte)' ');
        var word = space < 0 ? rest : rest[..space];
        rest = space < 0 ? default : rest[(space + 1)..];
        return word;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long value) => Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && used > 0;
}
