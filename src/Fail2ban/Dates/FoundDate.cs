namespace Weir.Fail2ban.Dates;

/// <summary>A date in a line.</summary>
/// <param name="Start">Where the part begins that is cut out.</param>
/// <param name="Length">Its length; 0 when the pattern says that there is none.</param>
/// <param name="Time">Null when the text is no time.</param>
internal readonly record struct FoundDate(int Start, int Length, DateTimeOffset? Time);
