using System.Net;
using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Jails;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Jail.Replay;

/// <summary>
/// Tells whom jails would have banned over an existing log, by the log's own times. Nothing is banned, nothing is kept. Lines
/// of a client do not count while its ban would be in force, since it would not have come through. Jails count as if none were
/// on trial. One thread.
/// </summary>
public sealed class JailReplay
{
    /// <summary>Bans that a report has at most.</summary>
    public const int MaxBans = 100_000;

    private readonly JailRules _rules;
    private readonly ReplayRun _run;
    private readonly List<(JailRule Rule, LineFilter Filter)> _filters;
    private readonly DateTimeOffset _now;

    /// <param name="options">The gateway's own jails, what they ignore, and the paths of scanners.</param>
    /// <param name="fail2ban">Fail2ban's jails.</param>
    /// <param name="clients">How addresses count; trusted proxies are let be.</param>
    /// <param name="zone">Of times without one.</param>
    /// <param name="now">What a line without a date is taken for, and the year of a date without one.</param>
    /// <exception cref="FormatException">A filter does not compile.</exception>
    public JailReplay(JailOptions options, IReadOnlyList<JailDefinition> fail2ban, IClientRules clients, TimeZoneInfo zone, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(options);
        _rules = new JailRules(options);
        _run = new ReplayRun(clients, _rules.Ignore);
        _filters = [.. fail2ban.Select(j => (JailRule.Of(j, dryRun: false), new LineFilter(j.Filter, zone)))];
        _now = now;
    }

    /// <summary>There are as many bans as a report has; what is fed from here on does not count.</summary>
    public bool IsFull => _run.IsFull;

    /// <summary>Fail2ban's jails over any log that their filters read.</summary>
    /// <param name="lines">Without their ends.</param>
    /// <param name="jails">The jails.</param>
    /// <param name="clients">How addresses count; trusted proxies are let be.</param>
    /// <param name="ignore">Networks as in <c>Weir:Jail:Ignore</c>.</param>
    /// <param name="zone">Of times without one.</param>
    /// <param name="now">What a line without a date is taken for, and the year of a date without one.</param>
    /// <exception cref="FormatException">A filter does not compile.</exception>
    public static ReplayReport Run(
        IEnumerable<string> lines, IReadOnlyList<JailDefinition> jails, IClientRules clients, IEnumerable<string> ignore, TimeZoneInfo zone, DateTimeOffset now) =>
        Run(lines, new JailReplay(new JailOptions { Ignore = [.. ignore] }, jails, clients, zone, now));

    /// <summary>The gateway's own jails over a common or combined access log: log-ins and scanners, which is what such a log shows.</summary>
    /// <param name="lines">Without their ends; lines of another shape are passed over.</param>
    /// <param name="options">With the jails, and what they ignore.</param>
    /// <param name="clients">How addresses count.</param>
    public static ReplayReport Run(IEnumerable<string> lines, JailOptions options, IClientRules clients) =>
        Run(lines, new JailReplay(options, [], clients, TimeZoneInfo.Utc, DateTimeOffset.UnixEpoch));

    /// <summary>Judges the next line.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="request">What <see cref="AccessLineFields.Read"/> makes of it; null is judged by Fail2ban's filters alone.</param>
    public void Feed(string line, AccessLineFields? request)
    {
        _run.Next();
        if (request is not null)
            Judge(request);
        foreach (var (rule, filter) in _filters)
        {
            var verdict = filter.Judge(line, _now);
            if (verdict is { Kind: LineVerdictKind.Matched, Address: { } address })
                _run.Count(rule, address, verdict.Time);
        }
    }

    /// <summary>Counts the request of the line fed last as refused by the throttle.</summary>
    public void Throttled(AccessLineFields request)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var jail in _rules.For(OffenceKind.Throttle))
            _run.Count(jail, request.Address, request.Time);
    }

    /// <summary>True when a ban of the client would be in force.</summary>
    public bool IsBanned(IPAddress client, DateTimeOffset at) => _run.IsBanned(client, at);

    /// <summary>What the lines so far would have led to.</summary>
    public ReplayReport Report() => _run.Report();

    private static ReplayReport Run(IEnumerable<string> lines, JailReplay replay)
    {
        foreach (var line in lines)
        {
            replay.Feed(line, replay._rules.Jails.Count == 0 ? null : AccessLineFields.Read(line));
            if (replay.IsFull)
                break;
        }

        return replay.Report();
    }

    private void Judge(AccessLineFields request)
    {
        // An access log shows credentials only by their user.
        var triedToLogIn = request.HasUser;
        foreach (var jail in _rules.For(OffenceKind.Auth))
        {
            if (OffenceDesk.Counts(jail, request.Status, triedToLogIn))
                _run.Count(jail, request.Address, request.Time);
        }

        if (!OffenceDesk.IsNowhere(request.Status) || !_rules.Scanners.Match(request.Path))
            return;
        foreach (var jail in _rules.For(OffenceKind.Scanner))
            _run.Count(jail, request.Address, request.Time);
    }
}
