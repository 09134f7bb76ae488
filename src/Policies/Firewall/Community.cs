using System.Globalization;

namespace Weir.Policies.Firewall;

/// <summary>A BGP community (RFC 1997).</summary>
/// <param name="High">The first number, usually of an autonomous system.</param>
/// <param name="Low">The second number.</param>
public readonly record struct Community(ushort High, ushort Low)
{
    /// <summary>Reads <c>65535:666</c>.</summary>
    public static bool TryParse(string text, out Community community)
    {
        community = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0
            || !ushort.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var high)
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        community = new Community(high, low);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => $"{High}:{Low}";
}
