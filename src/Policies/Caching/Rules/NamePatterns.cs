namespace Weir.Policies.Caching.Rules;

/// <summary>Names of parameters or cookies; <c>*</c> at the end of one stands for any ending. Case counts.</summary>
internal sealed class NamePatterns(IEnumerable<string> names)
{
    private readonly string[] _whole = [.. names.Where(n => !n.EndsWith('*'))];
    private readonly string[] _starts = [.. names.Where(n => n.EndsWith('*')).Select(n => n[..^1])];

    public bool IsEmpty => _whole.Length + _starts.Length == 0;

    public bool Match(ReadOnlySpan<char> name)
    {
        foreach (var whole in _whole)
        {
            if (name.SequenceEqual(whole))
                return true;
        }

        foreach (var start in _starts)
        {
            if (name.StartsWith(start, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
