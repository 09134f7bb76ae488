namespace Weir.Gateway.Cli;

/// <summary>A line difference for people: <c>-</c> goes, <c>+</c> comes, two lines of context.</summary>
internal static class TuneDiff
{
    private const int Context = 2;

    /// <summary>No lines when the texts are the same.</summary>
    public static IEnumerable<string> Lines(string before, string after)
    {
        var (a, b) = (before.Split('\n'), after.Split('\n'));
        var head = 0;
        while (head < a.Length && head < b.Length && a[head] == b[head])
            head++;
        var tail = 0;
        while (tail < a.Length - head && tail < b.Length - head && a[a.Length - 1 - tail] == b[b.Length - 1 - tail])
            tail++;
        if (head == a.Length && head == b.Length)
            yield break;
        yield return $"@@ line {head + 1} @@";
        for (var i = Math.Max(0, head - Context); i < head; i++)
            yield return "  " + a[i];
        for (var i = head; i < a.Length - tail; i++)
            yield return "- " + a[i];
        for (var i = head; i < b.Length - tail; i++)
            yield return "+ " + b[i];
        for (var i = a.Length - tail; i < Math.Min(a.Length, a.Length - tail + Context); i++)
            yield return "  " + a[i];
    }
}
