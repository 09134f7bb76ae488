namespace Weir.Gateway.Control.Compile;

/// <summary>Finds what a mistyped word was meant to be: the least Damerau-Levenshtein distance (optimal string alignment).</summary>
internal static class NearestKey
{
    /// <summary>The nearest candidate, first in order when several are equally near; null when there is none.</summary>
    public static string? Of(string word, IEnumerable<string> candidates) =>
        candidates.MinBy(c => Distance(word.ToUpperInvariant(), c.ToUpperInvariant()));

    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                rows[i, j] = best;
            }
        }

        return rows[a.Length, b.Length];
    }
}
