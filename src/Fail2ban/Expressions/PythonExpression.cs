using System.Globalization;
using System.Text;

namespace Weir.Fail2ban.Expressions;

/// <summary>
/// Translates an expression from Python's dialect to .NET's. Every group gets a name, since .NET counts unnamed groups before
/// named ones and Python counts all by their place; unnamed groups that nothing refers to do not capture.
/// </summary>
internal sealed class PythonExpression
{
    private const string Unnamed = "_g";
    private readonly string _source;
    private readonly StringBuilder _out = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _groups = [];
    private readonly Stack<int> _open = new();
    private readonly HashSet<int> _referred;
    private int _at;
    private int _atom = -1;

    private PythonExpression(string source, HashSet<int> referred)
    {
        _source = source;
        _referred = referred;
    }

    /// <param name="source">An expression for Python's <c>re</c>.</param>
    /// <param name="keepFirst">True keeps the first group even when nothing refers to it.</param>
    /// <exception cref="FormatException">Python would refuse it, or .NET cannot do it.</exception>
    public static TranslatedExpression Translate(string source, bool keepFirst = false)
    {
        var referred = new HashSet<int>();
        if (keepFirst)
        {
            referred.Add(1);
        }

        // The first pass only collects which groups are referred to by number.
        new PythonExpression(source, referred).Run();
        var second = new PythonExpression(source, referred);
        second.Run();
        return new TranslatedExpression(second._out.ToString(), second._names, second._groups.Count > 0 ? second._groups[0] : null);
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            char c = _source[_at];
            switch (c)
            {
                case '\\':
                    _atom = _out.Length;
                    Escape(inClass: false);
                    break;
                case '[':
                    _atom = _out.Length;
                    Class();
                    break;
                case '(':
                    Group();
                    break;
                case ')':
                    if (_open.Count == 0)
                    {
                        throw new FormatException("has a \")\" that nothing opens");
                    }

                    _atom = _open.Pop();
                    _out.Append(c);
                    _at++;
                    break;
                case '*' or '+' or '?' or '{':
                    Quantifier();
                    break;
                default:
                    _atom = _out.Length;
                    _out.Append(c);
                    _at++;
                    break;
            }
        }

        if (_open.Count > 0)
        {
            throw new FormatException("has a \"(\" that nothing closes");
        }
    }

    private void Quantifier()
    {
        int end = _at + 1;
        string text = _source[_at].ToString();
        if (_source[_at] == '{')
        {
            int close = _source.IndexOf('}', _at);
            string body = close < 0 ? "" : _source[(_at + 1)..close];
            int comma = body.IndexOf(',', StringComparison.Ordinal);
            bool counts = body.Length > 0 && body != "," && body.All(static c => char.IsAsciiDigit(c) || c == ',') && body.Count(static c => c == ',') <= 1;
            if (!counts)
            {
                _atom = _out.Length;
                _out.Append("\\{");
                _at++;
                return;
            }

            end = close + 1;
            text = comma == 0 ? "{0" + body + "}" : "{" + body + "}";
        }

        if (end < _source.Length && _source[end] == '+' && _atom >= 0)
        {
            // possessive: what it took is not given back
            _out.Insert(_atom, "(?>").Append(text).Append(')');
            _at = end + 1;
            return;
        }

        _out.Append(text);
        _at = end;
        if (_at < _source.Length && _source[_at] == '?')
        {
            _out.Append('?');
            _at++;
        }
    }

    private void Group()
    {
        _open.Push(_out.Length);
        _atom = -1;
        if (!Ahead("(?"))
        {
            _at++;
            Capture(null);
            return;
        }

        if (Ahead("(?P<"))
        {
            int close = Close('>', _at + 4);
            string name = _source[(_at + 4)..close];
            _at = close + 1;
            Capture(name);
        }
        else if (Ahead("(?P="))
        {
            int close = Close(')', _at + 4);
            _atom = _open.Pop();
            _out.Append("\\k<").Append(Known(_source[(_at + 4)..close])).Append('>');
            _at = close + 1;
        }
        else if (Ahead("(?#"))
        {
            _open.Pop();
            _at = Close(')', _at) + 1;
        }
        else if (Ahead("(?("))
        {
            int close = Close(')', _at);
            string name = _source[(_at + 3)..close];
            _out.Append("(?(").Append(int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? Numbered(number) : Known(name)).Append(')');
            _at = close + 1;
        }
        else if (Ahead("(?:") || Ahead("(?=") || Ahead("(?!") || Ahead("(?>"))
        {
            _out.Append(_source, _at, 3);
            _at += 3;
        }
        else if (Ahead("(?<=") || Ahead("(?<!"))
        {
            _out.Append(_source, _at, 4);
            _at += 4;
        }
        else
        {
            Flags();
        }
    }

    private void Flags()
    {
        int end = _at + 2;
        while (end < _source.Length && (char.IsAsciiLetter(_source[end]) || _source[end] == '-'))
        {
            end++;
        }

        if (end == _source.Length || _source[end] is not (':' or ')') || end == _at + 2)
        {
            throw new FormatException($"has \"{_source[_at..Math.Min(_source.Length, _at + 4)]}\", which Python does not know");
        }

        // a, L and u say what is a letter; .NET always goes by Unicode, as Python does for text
        string flags = new(_source.AsSpan(_at + 2, end - _at - 2).ToArray().Where(static c => c is not ('a' or 'L' or 'u')).ToArray());
        if (flags.Any(static c => c is not ('i' or 'm' or 's' or 'x' or '-')))
        {
            throw new FormatException($"has the flags \"{flags}\", of which not all are known");
        }

        bool empty = flags.Trim('-').Length == 0;
        if (_source[end] == ':')
        {
            _out.Append(empty ? "(?:" : $"(?{flags}:");
        }
        else
        {
            _open.Pop();
            if (!empty)
            {
                _out.Append("(?").Append(flags).Append(')');
            }
        }

        _at = end + 1;
    }

    private void Capture(string? name)
    {
        int number = _groups.Count + 1;
        if (name is null)
        {
            _groups.Add(Unnamed + number.ToString(CultureInfo.InvariantCulture));
            _out.Append(_referred.Contains(number) ? $"(?<{_groups[^1]}>" : "(?:");
            return;
        }

        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(static c => char.IsLetterOrDigit(c) || c == '_'))
        {
            throw new FormatException($"has a group named \"{name}\", which is no name");
        }

        if (!_names.Add(name))
        {
            throw new FormatException($"has two groups named \"{name}\"");
        }

        _groups.Add(name);
        _out.Append("(?<").Append(name).Append('>');
    }

    private void Class()
    {
        _out.Append('[');
        _at++;
        if (Ahead("^"))
        {
            _out.Append('^');
            _at++;
        }

        for (bool first = true; _at < _source.Length; first = false)
        {
            char c = _source[_at];
            if (c == ']' && !first)
            {
                _out.Append(']');
                _at++;
                return;
            }

            if (c == '\\')
            {
                Escape(inClass: true);
                continue;
            }

            // "[" begins a subtraction for .NET
            if (c is '[' or ']')
            {
                _out.Append('\\');
            }

            _out.Append(c);
            _at++;
        }

        throw new FormatException("has a \"[\" that nothing closes");
    }

    private void Escape(bool inClass)
    {
        if (_at + 1 >= _source.Length)
        {
            throw new FormatException("ends in a \"\\\"");
        }

        char c = _source[_at + 1];
        if (!inClass && c is >= '1' and <= '9' && !Octal(3))
        {
            int digits = _at + 2 < _source.Length && char.IsAsciiDigit(_source[_at + 2]) ? 2 : 1;
            int number = int.Parse(_source.AsSpan(_at + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture);
            _out.Append("\\k<").Append(Numbered(number)).Append('>');
            _at += 1 + digits;
            return;
        }

        if (char.IsAsciiDigit(c))
        {
            int digits = 1;
            while (digits < 3 && _at + 1 + digits < _source.Length && _source[_at + 1 + digits] is >= '0' and <= '7')
            {
                digits++;
            }

            int code = 0;
            foreach (char digit in _source.AsSpan(_at + 1, digits))
            {
                code = code * 8 + (digit - '0');
            }

            _out.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}");
            _at += 1 + digits;
            return;
        }

        if (c == 'U' && _at + 10 <= _source.Length && int.TryParse(_source.AsSpan(_at + 2, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int rune))
        {
            _out.Append(rune <= 0xffff ? $"\\u{rune:x4}" : char.ConvertFromUtf32(rune));
            _at += 10;
            return;
        }

        if (char.IsAsciiLetter(c))
        {
            bool known = inClass ? "abfnrtvdDsSwWxu".Contains(c, StringComparison.Ordinal) : "abfnrtvdDsSwWxuABZ".Contains(c, StringComparison.Ordinal);
            if (!known)
            {
                throw new FormatException($"has \"\\{c}\", which Python does not know");
            }

            _out.Append('\\').Append(c == 'Z' ? 'z' : c);
        }
        else if (c is '_' or > '\x7f')
        {
            _out.Append(c);
        }
        else
        {
            _out.Append('\\').Append(c);
        }

        _at += 2;
    }

    // Three octal digits are a character, fewer are the number of a group.
    private bool Octal(int digits)
    {
        if (_at + digits >= _source.Length)
        {
            return false;
        }

        foreach (char c in _source.AsSpan(_at + 1, digits))
        {
            if (c is < '0' or > '7')
            {
                return false;
            }
        }

        return true;
    }

    private string Numbered(int number)
    {
        _referred.Add(number);
        return number >= 1 && number <= _groups.Count
            ? _groups[number - 1]
            : throw new FormatException($"refers to group {number}, which is not there");
    }

    private string Known(string name) => _names.Contains(name) ? name : throw new FormatException($"refers to group \"{name}\", which is not there");

    private int Close(char c, int from)
    {
        int close = _source.IndexOf(c, from);
        return close < 0 ? throw new FormatException($"has no \"{c}\" after \"{_source[_at..Math.Min(_source.Length, _at + 4)]}\"") : close;
    }

    private bool Ahead(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;
}
