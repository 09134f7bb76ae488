using System.Globalization;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>The Age field.</summary>
internal static class AgeField
{
    public const string Name = "Age";

    /// <returns>Seconds: the first member of the first line; 0 when there is none or it is no number.</returns>
    public static long Parse(IReadOnlyList<FieldLine> fields)
    {
        if (FieldText.First(fields, Name) is not { } line)
        {
            return 0;
        }

        var comma = line.IndexOf(',', StringComparison.Ordinal);
        return Math.Max(0, DeltaSeconds.Parse(FieldText.Trim(comma < 0 ? line : line.AsSpan(0, comma))));
    }

    /// <param name="age">Milliseconds.</param>
    /// <returns>Whole seconds, rounded down, 0 to 2^31.</returns>
    public static string Format(long age) => Math.Clamp(age / 1000, 0, DeltaSeconds.Max).ToString(CultureInfo.InvariantCulture);
}
