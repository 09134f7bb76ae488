using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.RegularExpressions;
using Weir.Fail2ban.Dates;

namespace Weir.Fail2ban.Filters;

/// <summary>
/// Judges log lines by a filter, as fail2ban 1.0 does: cuts the date out, applies prefregex, failregex and ignoreregex. Not
/// thread-safe, since <c>maxlines</c> and multi-line filters remember lines; one for each source.
/// </summary>
public sealed class LineFilter
{
    private static readonly TimeSpan DateKept = TimeSpan.FromMinutes(1);
    private readonly DateDetector _dates;
    private readonly CompiledFilter _filter;
    private readonly Connections _connections = new();
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private List<LogLine> _buffer = [];
    private DateTimeOffset? _lastDate;
    private string _lastDateText = "";

    /// <summary>Compiles. The first for a definition takes tens of milliseconds and more: not on the request path.</summary>
    /// <param name="definition">The filter.</param>
    /// <param name="zone">Where dates are local that name no zone.</param>
    /// <exception cref="FormatException">An expression cannot be compiled; the message names filter and expression.</exception>
    public LineFilter(FilterDefinition definition, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(zone);
        _filter = CompiledFilter.Of(definition);
        try
        {
            _dates = new DateDetector(definition.DatePattern, zone);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"Filter {definition.Name}: {fault.Message}", fault);
        }
    }

    /// <summary>Lines of which a part was not looked at, since an expression took more than its 100 ms twice.</summary>
    public long TimedOut { get; private set; }

    /// <summary>
    /// Judges one line without its line end. Each expression has 100 ms, and once more should that pass on a busy machine. One that
    /// does not finish has not matched, and the others are asked: whoever can make one slow does not get past the rest. After
    /// <see cref="Fail2banLimits.SlowExpressions"/> of them the line is given up.
    /// </summary>
    /// <param name="line">A line; above 16,384 characters the rest is not looked at.</param>
    /// <param name="now">What a line without a date, or with one without a year, is taken for.</param>
    public LineVerdict Judge(string line, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Length > Fail2banLimits.LineLength)
        {
            line = line[..Fail2banLimits.LineLength];
        }

        LogLine judged = CutDate(line, now, out DateTimeOffset time);
        if (_filter.MaxLines == 1)
        {
            _buffer.Clear();
        }
        else if (_buffer.Count >= _filter.MaxLines)
        {
            _buffer.RemoveRange(0, _buffer.Count - _filter.MaxLines + 1);
        }

        _buffer.Add(judged);
        int timedOut = 0;
        LineVerdict verdict = Find(time, now, ref timedOut);
        if (timedOut > 0)
        {
            TimedOut++;
        }

        return verdict with { TimedOut = timedOut > 0 };
    }

    private static string Join(List<LogLine> lines) =>
        lines.Count == 1 ? lines[0].Text + "\n" : string.Concat(lines.Select(static line => line.Text + "\n"));

    private LogLine CutDate(string line, DateTimeOffset now, out DateTimeOffset time)
    {
        FoundDate? found = _dates.Find(line, now);
        if (found is { Length: > 0, Time: { } date } cut)
        {
            time = date;
            _lastDate = date;
            _lastDateText = line.Substring(cut.Start, cut.Length);
            return new LogLine(line.Remove(cut.Start, cut.Length), _lastDateText);
        }

        // Without a date: that of the line before, unless it is more than a minute old.
        bool kept = _lastDate is { } last && last > now - DateKept;
        time = kept ? _lastDate!.Value : now;
        if (found is { Length: > 0 } odd && !kept)
        {
            return new LogLine(line.Remove(odd.Start, odd.Length), line.Substring(odd.Start, odd.Length));
        }

        return new LogLine(line, kept ? _lastDateText : "");
    }

    private LineVerdict Find(DateTimeOffset time, DateTimeOffset now, ref int timedOut)
    {
        var missed = new LineVerdict(LineVerdictKind.Missed, null, null, time, -1);
        LineVerdict ignored = missed with { Kind = LineVerdictKind.Ignored };
        List<LogLine> lines = _buffer;
        string text = Join(lines);
        if (_filter.Ignore.Length > 0 && _filter.Ignore.Length < _filter.Fail.Length - 2 && Ignores(text, ref timedOut))
        {
            return ignored;
        }

        _groups.Clear();
        if (_filter.Prefix is not null)
        {
            if (!Search(_filter.Prefix, text, out Match? prefix, ref timedOut))
            {
                return missed;
            }

            _filter.Prefix.Collect(prefix, _groups);
            if (_groups.Remove("content", out string? content) && content.Length > 0)
            {
                _buffer = [new LogLine(content, "")];
                text = content + "\n";
            }
        }

        for (int index = 0; index < _filter.Fail.Length; index++)
        {
            LineExpression expression = _filter.Fail[index];
            if (!Search(expression, text, out Match? match, ref timedOut))
            {
                continue;
            }

            (List<LogLine> matched, List<LogLine> rest) = Split(expression, match, text, lines);
            if (_filter.Ignore.Length > 0 && Ignores(_filter.MaxLines > 1 ? Join(matched) : text, ref timedOut))
            {
                _buffer = rest;
                return ignored;
            }

            _buffer = rest;
            if (timedOut >= Fail2banLimits.SlowExpressions)
            {
                // Given up before every ignoreregex was asked.
                return missed;
            }

            expression.Collect(match, _groups);
            return Verdict(missed, index, now);
        }

        return missed;
    }

    private LineVerdict Verdict(LineVerdict missed, int index, DateTimeOffset now)
    {
        Dictionary<string, string> groups = _groups;
        Connection? connection = null;
        if (groups.TryGetValue("mlfid", out string? id))
        {
            connection = _connections.Merge(id, groups, now);
            groups = connection.Groups;
        }

        if (connection is not null && !string.IsNullOrEmpty(groups.GetValueOrDefault("nofail")))
        {
            return missed;
        }

        string? host = groups.GetValueOrDefault("ip4") ?? groups.GetValueOrDefault("ip6") ?? groups.GetValueOrDefault("dns");
        string? identity = groups.GetValueOrDefault("fid") ?? host;
        if (identity is null)
        {
            if (connection is not null)
            {
                connection.Pending = true;
            }

            return missed;
        }

        if (connection is null && !string.IsNullOrEmpty(groups.GetValueOrDefault("nofail")))
        {
            return missed;
        }

        IPAddress? address = HostText.Parse(host ?? identity);
        return missed with { Kind = LineVerdictKind.Matched, Address = address, Host = host ?? identity, Expression = index };
    }

    // One that does not finish does not ignore: a line that is slow to ignore would else be a way around every failregex.
    private bool Ignores(string text, ref int timedOut)
    {
        foreach (LineExpression expression in _filter.Ignore)
        {
            if (Search(expression, text, out _, ref timedOut))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Search(LineExpression expression, string text, [NotNullWhen(true)] out Match? match, ref int timedOut)
    {
        match = null;
        if (timedOut >= Fail2banLimits.SlowExpressions)
        {
            return false;
        }

        bool isSlow = false;
        bool found = expression.Search(text, out match, ref isSlow);
        timedOut += isSlow ? 1 : 0;
        return found;
    }

    // Which lines a match took, and which stay in the buffer for the next one.
    private (List<LogLine> Matched, List<LogLine> Left) Split(LineExpression expression, Match match, string text, List<LogLine> lines)
    {
        if (_filter.MaxLines == 1 || lines.Count <= 1)
        {
            return (lines, []);
        }

        int start = match.Index == 0 && text[0] != '\n' ? 0 : text.LastIndexOf('\n', Math.Min(match.Index, text.Length - 1)) + 1;
        int from = Math.Max(0, match.Index + match.Length - 1);
        int stop = text.IndexOf('\n', from);
        int first = text.AsSpan(0, start).Count('\n');
        int end = text.AsSpan(0, stop < 0 ? text.Length : stop + 1).Count('\n');
        List<LogLine> matched = [.. lines.Take(end).Skip(first)];
        List<LogLine> rest = [.. lines.Take(first)];
        int place = 0;
        foreach (string skipped in expression.SkippedLines(match))
        {
            int found = place < matched.Count ? matched.FindIndex(place, line => line.Text == skipped) : -1;
            if (found >= 0)
            {
                rest.Add(matched[found]);
                matched.RemoveAt(found);
                place = found;
            }
        }

        rest.AddRange(lines.Skip(end));
        return (matched, rest);
    }
}
