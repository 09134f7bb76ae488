using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Fail2ban.Expressions;

namespace Weir.Fail2ban.Dates;

/// <summary>One form of a date: an expression whose first group is cut out of the line.</summary>
internal sealed partial class DateTemplate
{
    private const string LineBegin = "{^LN-BEG}";
    private const string Unbound = "{UNB}";
    private readonly DateKind _kind;
    private readonly string? _epochGroup;
    private readonly Lazy<Expression> _expression;

    private DateTemplate(string name, string? pattern, DateKind kind, string expression, DateAnchors begin, bool end, string? epochGroup = null)
    {
        Name = name;
        Pattern = pattern;
        _kind = kind;
        _epochGroup = epochGroup;
        (string text, Anchors) = Bind(expression, begin, end);
        Python = text;
        // Compiling takes a millisecond or more, and most of the default forms are never looked for.
        _expression = new Lazy<Expression>(() => new Expression(text, keepFirst: true));
    }

    public string Name { get; }

    /// <summary>Null for those that have none of their own: epoch and TAI64N.</summary>
    public string? Pattern { get; }

    public DateAnchors Anchors { get; }

    /// <summary>The expression, in Python's dialect.</summary>
    public string Python { get; }

    /// <summary>What its hits count for in the order of templates.</summary>
    public double Weight { get; init; } = 1;

    /// <exception cref="FormatException">The pattern cannot be used.</exception>
    public static DateTemplate Of(string pattern)
    {
        string key = pattern.Contains('%', StringComparison.Ordinal) ? pattern : pattern.ToUpperInvariant();
        if (EpochToken().IsMatch(pattern))
        {
            bool isLong = key.Contains("LEPOCH", StringComparison.Ordinal);
            string seconds = isLong ? LongSeconds : Seconds;
            string expression = $"({EpochToken().Replace(pattern, $"(?P<_epoch>{seconds.Replace("$", "$$", StringComparison.Ordinal)})")})";
            return new DateTemplate(pattern, null, isLong ? DateKind.LongEpoch : DateKind.Epoch, expression, DateAnchors.WordBegin, true, "_epoch");
        }

        string bare = key.StartsWith(LineBegin, StringComparison.Ordinal) ? key[LineBegin.Length..] : key.TrimStart('^');
        switch (bare)
        {
            case "EPOCH" or "LEPOCH":
                return Epoch(bare != key, bare == "LEPOCH");
            case "TAI64N":
                return new DateTemplate(bare == key ? "TAI64N" : LineBegin + "TAI64N", null, DateKind.Tai64N, "@[0-9a-f]{24}", bare == key ? DateAnchors.None : DateAnchors.LineBegin, true);
            default:
                return OfTokens(pattern);
        }
    }

    /// <summary>The same form, at the beginning of a line.</summary>
    public DateTemplate AtLineBegin() => Of(LineBegin + (Pattern ?? Name)).Weighing(100);

    public Expression Compile() => _expression.Value;

    /// <summary>The time of a match; null when there is no such time.</summary>
    public DateTimeOffset? Time(Match match, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (_kind == DateKind.Fields)
        {
            return DateFields.Read(match, zone, now);
        }

        string text = match.Groups[_epochGroup ?? Compile().FirstGroup!].Value;
        if (_kind == DateKind.Tai64N)
        {
            return long.TryParse(text.AsSpan(2, 15), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long tai) ? FromSeconds(tai) : null;
        }

        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            return null;
        }

        if (_kind == DateKind.LongEpoch && text.Length >= 13)
        {
            seconds /= text.Length >= 16 && !text.Contains('.', StringComparison.Ordinal) ? 1_000_000 : 1000;
        }

        return FromSeconds(seconds);
    }

    /// <summary>A pattern without its marks of where it is bound to.</summary>
    public static string Unbind(string pattern)
    {
        pattern = pattern.StartsWith(Unbound, StringComparison.Ordinal) ? pattern[Unbound.Length..] : pattern;
        pattern = pattern.StartsWith(LineBegin, StringComparison.Ordinal) ? pattern[LineBegin.Length..] : pattern;
        return pattern;
    }

    private const string Seconds = @"\d{10,11}\b(?:\.\d{3,6})?";
    private const string LongSeconds = @"\d{10,11}(?:\d{3}(?:\.\d{1,6}|\d{3})?)?";

    private DateTemplate Weighing(double weight) =>
        new(Name, Pattern, _kind, Python, DateAnchors.None, false, _epochGroup) { Weight = weight };

    private static DateTemplate Epoch(bool lineBegin, bool isLong)
    {
        string seconds = isLong ? LongSeconds : Seconds;
        string name = isLong ? "LongEpoch" : "Epoch";
        DateKind kind = isLong ? DateKind.LongEpoch : DateKind.Epoch;
        // nsd writes it in brackets, auditd as audit(SECONDS:SERIAL)
        return lineBegin
            ? new DateTemplate(LineBegin + name, null, kind, $@"((?P<square>(?<=^\[))?{seconds})(?(square)(?=\]))", DateAnchors.LineBegin, true)
            : new DateTemplate(name, null, kind, $@"((?:^|(?P<square>(?<=^\[))|(?P<selinux>(?<=\baudit\()))" + seconds + @")(?:(?(selinux)(?=:\d+\)))|(?(square)(?=\])))", DateAnchors.None, true);
    }

    private static DateTemplate OfTokens(string pattern)
    {
        string text = pattern;
        DateAnchors begin = DateAnchors.WordBegin;
        bool end = true;
        if (text.StartsWith(Unbound, StringComparison.Ordinal))
        {
            text = text[Unbound.Length..];
            (begin, end) = (DateAnchors.None, false);
        }
        else if (text.StartsWith(LineBegin, StringComparison.Ordinal))
        {
            text = text[LineBegin.Length..];
            begin = DateAnchors.LineBegin;
        }

        string expression = TimeTokens.Replace(text);
        if (NamedToken().IsMatch(text))
        {
            expression = "(?i)" + expression;
        }

        string name = begin == DateAnchors.LineBegin ? LineBegin + text : text;
        return new DateTemplate(name, pattern, DateKind.Fields, expression, begin, end);
    }

    private static (string Text, DateAnchors Anchors) Bind(string expression, DateAnchors begin, bool end)
    {
        string text = expression.Trim();
        string flags = "";
        if (GlobalFlags().Match(text) is { Success: true } found)
        {
            flags = found.Value;
            text = text.Remove(found.Index, found.Length);
        }

        bool bindBegin = begin != DateAnchors.None && !BeginsBound().IsMatch(text);
        bool bindEnd = end && !EndsBound().IsMatch(text);
        if (!HasGroup().IsMatch(text))
        {
            text = Whole().Replace(text, "${begin}(${date})${end}", 1);
        }

        DateAnchors anchors = DateAnchors.None;
        if (bindBegin)
        {
            anchors |= begin;
            text = (begin == DateAnchors.LineBegin ? @"^(?:\W{0,2})?" : @"(?=^|\b|\W)") + text;
        }

        if (bindEnd)
        {
            anchors |= DateAnchors.WordEnd;
            text += @"(?=\b|\W|$)";
        }

        if (LineBeginBound().IsMatch(text))
        {
            anchors |= DateAnchors.LineBegin;
        }

        if (LineEndBound().IsMatch(text))
        {
            anchors |= DateAnchors.LineEnd;
        }

        return (flags + Stars().Replace(text, static match => match.Value.Replace("**", "", StringComparison.Ordinal)), anchors);
    }

    private static DateTimeOffset? FromSeconds(double seconds) =>
        seconds < 253_402_300_800 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    [GeneratedRegex(@"(?<!\\)\{L?EPOCH\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex EpochToken();

    [GeneratedRegex(@"(?<!%)%[aAbBpc]", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex NamedToken();

    [GeneratedRegex(@"(?:^|(?!<\\))\(\?[a-z]+\)", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex GlobalFlags();

    [GeneratedRegex(@"(?<!\(\?)(?<!\\)\((?!\?)", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex HasGroup();

    [GeneratedRegex(@"^(?<begin>(?:\(\?\w+\))?\^?(?:\(\?\w+\))?)(?<date>.*?)(?<end>\$?)$", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^\(*(?:\(\?\w+\))?(?:\^|\(*\*\*|\((?:\?:)?\^)", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex BeginsBound();

    [GeneratedRegex(@"(?<!\\)(?:\$\)?|\\b|\\s|\*\*\)*)$", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex EndsBound();

    [GeneratedRegex(@"^(?:\(\?\w+\))?(?:\^|\((?:\?:)?\^(?!\|))", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex LineBeginBound();

    [GeneratedRegex(@"(?<![\\|])(?:\$\)?)$", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex LineEndBound();

    [GeneratedRegex(@"^\(*(?:\(\?\w+\))?\(*\*\*|(?<!\\)\*\*\)*$", RegexOptions.CultureInvariant, Fail2banLimits.ConfigurationMilliseconds)]
    private static partial Regex Stars();
}
