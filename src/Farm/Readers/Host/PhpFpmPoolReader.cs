using System.Text.RegularExpressions;

namespace Weir.Farm.Readers.Host;

/// <summary>
/// Sums <c>pm.max_children</c> over php-fpm's pools: Debian's <c>/etc/php/*/fpm/pool.d/*.conf</c> and RHEL's <c>/etc/php-fpm.d/*.conf</c>.
/// </summary>
/// <param name="root">Prefix of <c>/etc</c>; empty for the real one.</param>
public sealed partial class PhpFpmPoolReader(string root = "")
{
    /// <summary>Pools by <c>file [name]</c>, each with its max_children; the sum is the backend's bound. Empty when there is no php-fpm.</summary>
    public IReadOnlyDictionary<string, int> Read()
    {
        var pools = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in Files())
        {
            var pool = "";
            foreach (var line in ProcText.Lines(file))
            {
                // ";" begins a comment; a pool inherits nothing from another.
                var text = line.Split(';')[0].Trim();
                if (text.StartsWith('[') && text.EndsWith(']'))
                    pool = text[1..^1];
                else if (MaxChildren().Match(text) is { Success: true } match && int.TryParse(match.Groups["n"].Value, out var children) && pool is not ("" or "global"))
                    pools[$"{file} [{pool}]"] = children;
            }
        }

        return pools;
    }

    [GeneratedRegex(@"^pm\.max_children\s*=\s*""?(?<n>\d{1,9})""?$", RegexOptions.NonBacktracking)]
    private static partial Regex MaxChildren();

    private List<string> Files()
    {
        var etc = Path.Combine(root.Length == 0 ? "/" : root, "etc");
        var folders = new List<string> { Path.Combine(etc, "php-fpm.d") };
        var php = Path.Combine(etc, "php");
        if (Directory.Exists(php))
            folders.AddRange(Directory.EnumerateDirectories(php).Order(StringComparer.Ordinal).Select(v => Path.Combine(v, "fpm", "pool.d")));
        return [.. folders.Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*.conf").Order(StringComparer.Ordinal))];
    }
}
