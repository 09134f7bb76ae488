using System.Net;

namespace Weir.Policies.Jail.Replay;

/// <summary>One ban that there would have been.</summary>
/// <param name="Client">Who: an IPv4 address or an IPv6 network.</param>
/// <param name="Jail">By which jail.</param>
/// <param name="At">When, by the log's own time.</param>
/// <param name="Until">Its end; null never.</param>
/// <param name="Offences">How many led to it.</param>
/// <param name="Line">Number of the line that was one too many, from 1.</param>
public sealed record ReplayBan(IPNetwork Client, string Jail, DateTimeOffset At, DateTimeOffset? Until, int Offences, long Line);
