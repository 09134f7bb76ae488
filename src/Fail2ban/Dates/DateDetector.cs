using System.Text.RegularExpressions;
using Weir.Fail2ban.Expressions;

namespace Weir.Fail2ban.Dates;

/// <summary>
/// Finds the date of each line. As fail2ban does, it tries the template of the last line first and moves templates forward
/// that are used, so that what the log's own form is gets found before what only looks like a date. Not thread-safe.
/// </summary>
internal sealed partial class DateDetector
{
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(5);
    private readonly List<DateSlot> _slots = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly TimeZoneInfo _zone;
    private (int Start, int Before, int First) _lastStart = (1, -2, -2);
    private (int End, int Last, int After) _lastEnd = (int.MaxValue, -2, -2);
    private int _lastSlot = int.MaxValue;
    private int _firstUnused;

    /// <param name="patterns">The filter's <c>datepattern</c>, one pattern a line; null or empty takes the default ones.</param>
    /// <param name="zone">Where the dates are local that name no zone.</param>
    /// <exception cref="FormatException">A pattern cannot be used.</exception>
    public DateDetector(string? patterns, TimeZoneInfo zone)
    {
        _zone = zone;
        foreach (string pattern in (patterns ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                Append(pattern);
            }
            catch (FormatException fault)
            {
                throw new FormatException($"datepattern \"{pattern}\" {fault.Message}.", fault);
            }
        }

        if (_slots.Count == 0)
        {
            AddAll(DefaultDates.All);
        }
    }

    /// <summary>The date of a line; null without one.</summary>
    public FoundDate? Find(string line, DateTimeOffset now)
    {
        (Match? match, int index) = Search(line);
        if (match is null)
        {
            return null;
        }

        DateSlot slot = _slots[index];
        int start = match.Index;
        int end = match.Index + match.Length;
        slot.Hits++;
        slot.LastUsed = now;
        slot.Distance = start;
        if (_firstUnused == index)
        {
            _firstUnused++;
        }

        _lastStart = (start, At(line, start - 1), At(line, start));
        _lastEnd = (end, At(line, end - 1), At(line, end));
        _lastSlot = index > 0 && index != _lastSlot ? Reorder(index) : index;

        Group cut = match.Groups[slot.Template.Compile().FirstGroup!];
        return new FoundDate(cut.Index, cut.Length, cut.Length == 0 ? null : slot.Template.Time(match, _zone, now));
    }

    private static int At(string line, int index) => index >= 0 && index < line.Length ? line[index] : -1;

    private static bool IsLetterOrDigit(int c) => c >= 0 && char.IsLetterOrDigit((char)c);

    [GeneratedRegex(@"(?<!\\)\{DATE\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex DateToken();

    private void Append(string pattern)
    {
        string key = pattern.Contains('%', StringComparison.Ordinal) ? pattern : pattern.ToUpperInvariant();
        switch (key)
        {
            case "{^LN-BEG}":
                AddAll(DefaultDates.All.Where(static form => form.Anchors.HasFlag(DateAnchors.LineBegin)));
                return;
            case "{DEFAULT}":
                return;
            case "{NONE}":
                Add(DateTemplate.Of("{UNB}^"));
                return;
        }

        if (key.Contains("{DATE}", StringComparison.Ordinal))
        {
            // epoch and TAI64N have no pattern that could stand in the place of {DATE}
            AddAll(DefaultDates.Forms.Value
                .Where(static form => form.Pattern is not null)
                .Select(form => DateTemplate.Of(DateToken().Replace(pattern, _ => DateTemplate.Unbind(form.Pattern!)))));
            return;
        }

        Add(DateTemplate.Of(pattern));
    }

    private void AddAll(IEnumerable<DateTemplate> templates)
    {
        foreach (DateTemplate template in templates)
        {
            Add(template);
        }
    }

    private void Add(DateTemplate template)
    {
        if (_names.Add(template.Name))
        {
            _slots.Add(new DateSlot(template));
        }
    }

    private static Match? Match(DateTemplate template, string line, int from = 0)
    {
        bool timedOut = false;
        Expression expression = template.Compile();
        return expression.Search(line, from, out Match? match, ref timedOut) ? match : null;
    }

    private (Match? Match, int Index) Search(string line)
    {
        Match? match = null;
        Match? reserve = null;
        int reserveIndex = -1;
        int skipped = int.MaxValue;
        int index = _lastSlot;
        if (index < _slots.Count)
        {
            DateTemplate template = _slots[index].Template;
            bool anchored = (template.Anchors & DateAnchors.Line) != DateAnchors.None;
            if (anchored || !SameBounds(line))
            {
                match = Match(template, line);
                skipped = index;
            }
            else
            {
                int end = Math.Min(_lastEnd.End, line.Length);
                match = _lastStart.Start <= end ? Match(template, line[..end], _lastStart.Start) : null;
            }

            if (match is not null)
            {
                bool same = match.Index == _lastStart.Start && match.Index + match.Length == _lastEnd.End;
                if (_slots.Count == 1 || anchored || same)
                {
                    return (match, index);
                }

                (reserve, reserveIndex, match) = (match, index, null);
            }
        }

        for (index = 0; index < _slots.Count; index++)
        {
            if (index == skipped)
            {
                continue;
            }

            DateSlot slot = _slots[index];
            match = Match(slot.Template, line);
            if (match is null)
            {
                continue;
            }

            int distance = match.Index;
            if (index + 1 >= _slots.Count
                || (slot.Template.Anchors & DateAnchors.Line) != DateAnchors.None
                || distance == 0 && slot.Hits > 0 && _slots[index + 1].Hits == 0
                || distance <= slot.Distance && distance <= _lastStart.Start)
            {
                return (match, index);
            }

            // Further back than dates were so far: perhaps a part of the message. The nearest of them, if none is better.
            if (reserve is null || distance < reserve.Index)
            {
                (reserve, reserveIndex) = (match, index);
            }
        }

        return (reserve, reserveIndex);
    }

    private bool SameBounds(string line)
    {
        bool start = At(line, _lastStart.Start - 1) == _lastStart.Before
            || At(line, _lastStart.Start) == _lastStart.First && !IsLetterOrDigit(_lastStart.First);
        bool end = At(line, _lastEnd.End) == _lastEnd.After
            || At(line, _lastEnd.End - 1) == _lastEnd.Last && !IsLetterOrDigit(_lastEnd.Last);
        return start && end;
    }

    private int Reorder(int index)
    {
        DateSlot slot = _slots[index];
        int target = _firstUnused < index ? _firstUnused : index / 2;
        if (!Movable(slot, target))
        {
            if (target == index - 1)
            {
                return index;
            }

            target = index - 1;
            if (!Movable(slot, target))
            {
                return index;
            }
        }

        _slots.RemoveAt(index);
        _slots.Insert(target, slot);
        while (_firstUnused < _slots.Count && _slots[_firstUnused].Hits > 0)
        {
            _firstUnused++;
        }

        return target;
    }

    private bool Movable(DateSlot slot, int target) =>
        slot.Weight > _slots[target].Weight || slot.LastUsed - Unused > _slots[target].LastUsed;
}
