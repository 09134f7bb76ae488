namespace Weir.Policies.Jail.Offences;

/// <summary>Patterns of paths that only scanners ask for. Does not allocate when asked.</summary>
internal sealed class ScannerPaths
{
    private readonly Pattern[] _patterns;

    public ScannerPaths(IEnumerable<string> patterns) => _patterns = [.. patterns.Select(p => new Pattern(p))];

    /// <summary>Longest path that is looked at; what comes after does not count.</summary>
    public const int MaxLength = 1024;

    /// <summary>True for a path that only scanners ask for, letter case aside.</summary>
    /// <param name="path">Decoded, without the query.</param>
    public bool Match(ReadOnlySpan<char> path)
    {
        if (path.Length > MaxLength)
            path = path[..MaxLength];
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(path))
                return true;
        }

        return false;
    }

    private sealed class Pattern
    {
        private readonly bool _anyStart;
        private readonly bool _anyEnd;
        private readonly string _text;

        public Pattern(string pattern)
        {
            _anyStart = pattern.StartsWith('*');
            _anyEnd = pattern.Length > 1 && pattern.EndsWith('*');
            _text = pattern[(_anyStart ? 1 : 0)..(_anyEnd ? ^1 : ^0)];
        }

        public bool Matches(ReadOnlySpan<char> path) => (_anyStart, _anyEnd) switch
        {
            (true, true) => path.Contains(_text, StringComparison.OrdinalIgnoreCase),
            (true, false) => path.EndsWith(_text, StringComparison.OrdinalIgnoreCase),
            (false, true) => path.StartsWith(_text, StringComparison.OrdinalIgnoreCase),
            _ => path.Equals(_text, StringComparison.OrdinalIgnoreCase),
        };
    }
}
