namespace Weir.Farm.Model;

/// <summary>Puts an mpm block into the text of a configuration file.</summary>
public static class MpmBlockEditor
{
    /// <summary>
    /// Replaces the <c>IfModule</c> block of that MPM where there is one (the first; further ones of the same MPM go). A file
    /// that holds nothing but MPM directives becomes the block, its leading comments kept. Any other file loses its loose MPM
    /// directives and gets the block at its end.
    /// </summary>
    /// <param name="text">The file as it is; empty for a new one.</param>
    /// <param name="mpm">Whose block.</param>
    /// <param name="block">The new block, ending with a line feed.</param>
    public static string Replace(string text, Mpm mpm, string block)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').ToList();
        if (lines is [.., ""])
            lines.RemoveAt(lines.Count - 1);
        var kept = new List<string>();
        var placed = false;
        var dedicated = true;
        for (var at = 0; at < lines.Count; at++)
        {
            var trimmed = lines[at].Trim();
            if (IsOpening(trimmed, mpm) && EndOf(lines, at) is { } end && OnlyMpmDirectives(lines, at, end))
            {
                if (!placed)
                    kept.Add(block.TrimEnd('\n'));
                placed = true;
                at = end;
                continue;
            }

            if (IsMpmDirective(trimmed))
            {
                while (lines[at].EndsWith('\\') && at + 1 < lines.Count)
                    at++;
                continue;
            }

            dedicated &= trimmed.Length == 0 || trimmed[0] == '#';
            kept.Add(lines[at]);
            if (trimmed.StartsWith('<') && !trimmed.StartsWith("</", StringComparison.Ordinal) && EndOf(lines, at) is { } close)
            {
                // A foreign section stays as it is, with whatever directives it holds.
                for (at++; at <= close; at++)
                    kept.Add(lines[at]);
                at = close;
            }
        }

        if (!placed)
        {
            while (kept is [.., ""])
                kept.RemoveAt(kept.Count - 1);
            if (!dedicated)
                kept.Add("");
            kept.Add(block.TrimEnd('\n'));
        }

        return string.Join('\n', kept) + "\n";
    }

    private static bool IsOpening(string line, Mpm mpm)
    {
        if (!line.StartsWith("<IfModule", StringComparison.OrdinalIgnoreCase))
            return false;
        var argument = line["<IfModule".Length..].Trim().TrimEnd('>').Trim().Trim('"');
        var name = mpm.ToString().ToLowerInvariant();
        return argument.Equals($"mpm_{name}_module", StringComparison.OrdinalIgnoreCase) || argument.Equals($"{name}.c", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsMpmDirective(string line) => MpmDirectives.Names.Contains(line.Split([' ', '\t'], 2)[0]);

    private static bool OnlyMpmDirectives(List<string> lines, int start, int end)
    {
        for (var at = start + 1; at < end; at++)
        {
            var line = lines[at].Trim();
            if (line.Length > 0 && line[0] != '#' && !IsMpmDirective(line))
                return false;
        }

        return true;
    }

    /// <summary>The line that closes the section opened at <paramref name="start"/>; null when none does.</summary>
    private static int? EndOf(List<string> lines, int start)
    {
        var depth = 0;
        for (var at = start; at < lines.Count; at++)
        {
            var line = lines[at].TrimStart();
            if (line.StartsWith("</", StringComparison.Ordinal))
                depth--;
            else if (line.StartsWith('<'))
                depth++;
            if (depth == 0)
                return at;
        }

        return null;
    }
}
