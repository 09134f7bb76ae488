namespace Weir.Fail2ban.Dates;

/// <summary>The forms of dates that are looked for when a filter names none, in fail2ban's order.</summary>
internal static class DefaultDates
{
    private const string Separator = "(?P<_sep>[-/.])";
    private const string Slash = "(?P<_sep>[-/])";
    private const string Clock = "%k:%M:%S";
    private const string Fraction = @"(?:\.%f)?";

    public static readonly Lazy<IReadOnlyList<DateTemplate>> Forms = new(static () => [.. new[]
    {
        // 2005-01-23T21:59:59.981746+01:00, 2005/01/23 21:59:59
        $@"%ExY{Separator}%m(?P=_sep)%d(?:T|  ?)%H:%M:%S(?:[.,]%f)?(?:\s*%z)?",
        // Sun Jan 23 21:59:59.011 2005: Apache's error log, syslog
        $"(?:%a )?%b %d {Clock}{Fraction}(?: %ExY)?",
        // Sun Jan 23 2005 21:59:59.011
        $"(?:%a )?%b %d %ExY {Clock}{Fraction}",
        // 23/01/2005 21:59:59, 23-01-05 21:59:59
        $"%d{Slash}%m(?P=_sep)(?:%ExY|%Exy) {Clock}",
        // 31/Oct/2006:09:22:55 -0000: Apache's access log
        $"%d{Slash}%b(?P=_sep)%ExY[ :]?%H:%M:%S{Fraction}(?: %z)?",
        // 05/20/2008:01:57:39
        "%m/%d/%ExY:%H:%M:%S",
        // 01-27-2012 16:22:44.252
        $"%m-%d-%ExY {Clock}{Fraction}",
        "EPOCH",
        "{^LN-BEG}%H:%M:%S",
        // <09/16/08@05:03:30>
        "^<%m/%d/%Exy@%H:%M:%S>",
        // 130322 11:46:11
        "%Exy%Exm%Exd  ?%H:%M:%S",
        // Jan 23, 2005 9:59:59 PM
        "%b %d, %ExY %I:%M:%S %p",
        // Apr-27-13 02:33:06
        $"^%b-%d-%Exy {Clock}",
        // 20050123T215959
        @"%ExY%Exm%Exd(?:T|  ?)%ExH%ExM%ExS(?:[.,]%f)?(?:\s*%z)?",
        // PDT Apr 16 21:05:29
        $"(?:%Z )?(?:%a )?%b %d {Clock}{Fraction}(?: %ExY)?",
        // +00:00 Jan 23 21:59:59.011 2005
        $"(?:%z )?(?:%a )?%b %d {Clock}{Fraction}(?: %ExY)?",
        "TAI64N",
    }.Select(DateTemplate.Of)]);

    private static readonly Lazy<IReadOnlyList<DateTemplate>> AllForms = new(static () =>
    {
        DateTemplate[] forms = [.. Forms.Value];
        // Those bound to the line's beginning go first: quicker, and no text within the message is taken for the date.
        return
        [
            .. forms.Where(static form => form.Name[0] != '^' && !form.Name.StartsWith("{^LN-BEG}", StringComparison.Ordinal)).Select(static form => form.AtLineBegin()),
            .. forms,
        ];
    });

    public static IReadOnlyList<DateTemplate> All => AllForms.Value;
}
