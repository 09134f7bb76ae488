using System.Collections.Frozen;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Fetching;

/// <summary>
/// Web cache deception: <c>/account/x.css</c> is a page of somebody's own where the server ignores what follows, and looks like a
/// style sheet to whoever stores by endings.
/// </summary>
internal static class Endings
{
    private static readonly FrozenSet<string> OfFiles = FrozenSet.ToFrozenSet(
    [
        ".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".eot",
        ".mp3", ".mp4", ".webm", ".ogg", ".wav", ".pdf", ".zip", ".gz", ".tar", ".csv",
    ], StringComparer.OrdinalIgnoreCase);

    /// <returns>True for HTML or JSON, or no type at all, under the ending of a file of another kind.</returns>
    public static bool Contradict(string target, IReadOnlyList<FieldLine> fields)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        var dot = path.LastIndexOf('.');
        if (dot <= path.LastIndexOf('/') || !OfFiles.Contains(path[dot..]))
            return false;
        var type = FieldText.Single(fields, "Content-Type") ?? "";
        return type.Length == 0 || type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
            || type.StartsWith("application/xhtml", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase);
    }
}
