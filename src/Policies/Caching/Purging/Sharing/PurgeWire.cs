using System.Globalization;
using System.Text;
using Weir.Policies.Caching.Admin;

namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>
/// A purge as it travels: <c>1 replica kind hard|soft at age target</c>, UTF-8. At is the issuer's clock, age how long it had waited when
/// it was sent, both milliseconds. Whoever can write to Redis can send anything, so nothing is taken as it comes.
/// </summary>
internal static class PurgeWire
{
    /// <summary>Longest message, bytes.</summary>
    public const int MaxBytes = PurgeTargets.MaxUrl + 256;

    private const string Version = "1";
    private const int MaxReplica = 64;

    public static byte[] Write(string replica, in Purge purge, long age) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Version} {replica} {PurgeWords.Of(purge.Kind)} {(purge.IsSoft ? "soft" : "hard")} {purge.At} {Math.Max(0, age)} {purge.Target}"));

    /// <returns>False when anything in it is not as it must be.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out string replica, out Purge purge, out long age)
    {
        (replica, purge, age) = ("", default, 0);
        if (message.Length > MaxBytes)
            return false;
        var words = Encoding.UTF8.GetString(message).Split(' ', 7);
        if (words is not [Version, var sender, var kindWord, var how, var atText, var ageText, var target] || sender.Length is 0 or > MaxReplica
            || !PurgeWords.TryKind(kindWord, out var kind) || how is not ("hard" or "soft")
            || !long.TryParse(atText, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || !long.TryParse(ageText, NumberStyles.None, CultureInfo.InvariantCulture, out age) || age > PurgeLedger.LongestKept.TotalMilliseconds)
            return false;
        try
        {
            // Another version's one form may be another.
            if (PurgeTargets.Parse(new PurgeOrder(kind, target, how == "soft")) != target)
                return false;
        }
        catch (ArgumentException)
        {
            return false;
        }

        (replica, purge) = (sender, new Purge(kind, target, how == "soft", at));
        return true;
    }
}
