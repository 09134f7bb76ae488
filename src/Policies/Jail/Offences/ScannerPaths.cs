using System.Buffers;

namespace Weir.Policies.Jail.Offences;

/// <summary>Patterns of paths that only scanners ask for. Does not allocate when asked.</summary>
internal sealed class ScannerPaths
{
    private readonly Pattern[] _patterns;

    public ScannerPaths(IEnumerable<string> patterns) => _patterns = [.. patterns.Select(p => new Pattern(p))];

    /// <summary>Of a longer path so much of its beginning and of its end is looked at: more than a server takes as a whole.</summary>
    public const int MaxLength = 8192;

    /// <summary>True for a path that only scanners ask for, letter case and repeated slashes aside.</summary>
    /// <param name="path">Decoded, without the query.</param>
    public bool Match(ReadOnlySpan<char> path)
    {
        if (path.Length > 2 * MaxLength)
            return Match(path[..MaxLength], mayBegin: true, mayEnd: false) || Match(path[^MaxLength..], mayBegin: false, mayEnd: true);
        return Match(path, mayBegin: true, mayEnd: true);
    }

    private bool Match(ReadOnlySpan<char> path, bool mayBegin, bool mayEnd)
    {
        if (!path.Contains("//", StringComparison.Ordinal))
            return MatchMerged(path, mayBegin, mayEnd);
        var merged = ArrayPool<char>.Shared.Rent(path.Length);
        try
        {
            var length = 0;
            foreach (var c in path)
            {
                // As Apache does before it looks for a file.
                if (c != '/' || length == 0 || merged[length - 1] != '/')
                    merged[length++] = c;
            }

            return MatchMerged(merged.AsSpan(0, length), mayBegin, mayEnd);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(merged);
        }
    }

    private bool MatchMerged(ReadOnlySpan<char> path, bool mayBegin, bool mayEnd)
    {
        foreach (var pattern in _patterns)
        {
            if ((mayBegin || pattern.AnyStart) && (mayEnd || pattern.AnyEnd) && pattern.Matches(path))
                return true;
        }

        return false;
    }

    private sealed class Pattern
    {
        private readonly string _text;

        public Pattern(string pattern)
        {
            AnyStart = pattern.StartsWith('*');
            AnyEnd = pattern.Length > 1 && pattern.EndsWith('*');
            _text = pattern[(AnyStart ? 1 : 0)..(AnyEnd ? ^1 : ^0)];
        }

        public bool AnyStart { get; }

        public bool AnyEnd { get; }

        public bool Matches(ReadOnlySpan<char> path) => (AnyStart, AnyEnd) switch
        {
            (true, true) => path.Contains(_text, StringComparison.OrdinalIgnoreCase),
            (true, false) => path.EndsWith(_text, StringComparison.OrdinalIgnoreCase),
            (false, true) => path.StartsWith(_text, StringComparison.OrdinalIgnoreCase),
            _ => path.Equals(_text, StringComparison.OrdinalIgnoreCase),
        };
    }
}
