namespace Weir.Policies.Throttle.Matching;

/// <summary>A path and everything below it, or a glob over the whole path.</summary>
internal sealed class PathPattern(string pattern)
{
    private readonly bool _isGlob = Glob.IsPattern(pattern);
    private readonly string _prefix = pattern.TrimEnd('/');

    public bool Matches(ReadOnlySpan<char> path)
    {
        if (_isGlob)
            return Glob.Matches(pattern, path);
        return path.StartsWith(_prefix, StringComparison.OrdinalIgnoreCase) && (path.Length == _prefix.Length || path[_prefix.Length] == '/');
    }
}
