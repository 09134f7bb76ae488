using Weir.Policies.Jail.Replay;
using Weir.Policies.Throttle.Explain;

namespace Weir.Gateway.Cli.Replay;

/// <summary>What came of a log.</summary>
/// <param name="Lines">Read.</param>
/// <param name="Requests">Lines that are one of an access log.</param>
/// <param name="Unread">Lines that are not.</param>
/// <param name="FirstUnread">Numbers of the first of them, from 1.</param>
/// <param name="From">Time of the earliest request; null without one.</param>
/// <param name="To">Time of the latest.</param>
/// <param name="NamesHosts">A request came with its host.</param>
/// <param name="Jails">What the jails would have done; null when none was asked.</param>
/// <param name="Throttle">What the throttle would have done; null when it was not asked.</param>
internal sealed record ReplayedLog(
    long Lines, long Requests, long Unread, IReadOnlyList<long> FirstUnread, DateTimeOffset? From, DateTimeOffset? To, bool NamesHosts,
    ReplayReport? Jails, ThrottleReplay? Throttle);
