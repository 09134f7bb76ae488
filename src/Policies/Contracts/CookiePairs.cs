using Microsoft.Extensions.Primitives;

namespace Weir.Policies.Contracts;

/// <summary>The pairs of a request's Cookie lines, one after the other; empty ones too.</summary>
internal ref struct CookiePairs(StringValues lines)
{
    private int _line;
    private bool _isWithinLine;
    private ReadOnlySpan<char> _rest;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly CookiePairs GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!_isWithinLine)
        {
            if (_line == lines.Count)
                return false;
            _rest = lines[_line++];
        }

        var end = _rest.IndexOf(';');
        _isWithinLine = end >= 0;
        Current = (end < 0 ? _rest : _rest[..end]).Trim();
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }
}
