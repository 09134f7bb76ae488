namespace Weir.Policies.Caching.Semantics;

/// <summary>A span of whole seconds (RFC 9111 section 1.2.2).</summary>
internal static class DeltaSeconds
{
    /// <summary>2^31: what is longer counts as this.</summary>
    public const long Max = 1L << 31;

    /// <summary>What stands for no value.</summary>
    public const long None = -1;

    /// <returns>0 to <see cref="Max"/>; <see cref="None"/> when there is anything but digits, or nothing.</returns>
    public static long Parse(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return None;
        }

        var seconds = 0L;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return None;
            }

            seconds = Math.Min(Max, (seconds * 10) + (c - '0'));
        }

        return seconds;
    }
}
