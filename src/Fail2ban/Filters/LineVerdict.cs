using System.Net;

namespace Weir.Fail2ban.Filters;

/// <summary>What a filter says about a line.</summary>
/// <param name="Kind">Whether it found an offence.</param>
/// <param name="Address">Who did it; null when the line names a host by its name, or none.</param>
/// <param name="Host">The text of the host as found; null without a match.</param>
/// <param name="Time">When, by the line's own date, or now.</param>
/// <param name="Expression">Index in <see cref="FilterDefinition.FailRegex"/>; -1 without a match.</param>
/// <param name="TimedOut">An expression ran out of time on it: what it would have said is not in the verdict.</param>
public readonly record struct LineVerdict(LineVerdictKind Kind, IPAddress? Address, string? Host, DateTimeOffset Time, int Expression, bool TimedOut = false);
