namespace Weir.Fail2ban.Filters;

/// <summary>A line without its date, as the expressions see it, and with it.</summary>
internal readonly record struct LogLine(string Text, string Date);
