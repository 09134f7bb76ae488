using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Jails;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Jail.Replay;

/// <summary>
/// Tells whom jails would have banned over an existing log, by the log's own times. Nothing is banned, nothing is kept. Lines
/// of a client do not count while its ban would be in force, since it would not have come through.
/// </summary>
public static class JailReplay
{
    /// <summary>Bans that a report has at most.</summary>
    public const int MaxBans = 100_000;

    /// <summary>Fail2ban's jails over any log that their filters read.</summary>
    /// <param name="lines">Without their ends.</param>
    /// <param name="jails">The jails.</param>
    /// <param name="clients">How addresses count; trusted proxies are let be.</param>
    /// <param name="ignore">Networks as in <c>Weir:Jail:Ignore</c>.</param>
    /// <param name="zone">Of times without one.</param>
    /// <param name="now">What a line without a date is taken for, and the year of a date without one.</param>
    /// <exception cref="FormatException">A filter does not compile.</exception>
    public static ReplayReport Run(
        IEnumerable<string> lines, IReadOnlyList<JailDefinition> jails, IClientRules clients, IEnumerable<string> ignore, TimeZoneInfo zone, DateTimeOffset now)
    {
        var run = new ReplayRun(clients, JailRules.Read(ignore));
        var judges = jails.Select(j => (Rule: JailRule.Of(j, dryRun: false), Filter: new LineFilter(j.Filter, zone))).ToList();
        foreach (var line in lines)
        {
            run.Next();
            foreach (var (rule, filter) in judges)
            {
                var verdict = filter.Judge(line, now);
                if (verdict is { Kind: LineVerdictKind.Matched, Address: { } address })
                    run.Count(rule, address, verdict.Time);
            }

            if (run.IsFull)
                break;
        }

        return run.Report();
    }

    /// <summary>The gateway's own jails over a common or combined access log: log-ins and scanners, which is what such a log shows.</summary>
    /// <param name="lines">Without their ends; lines of another shape are passed over.</param>
    /// <param name="options">With the jails, and what they ignore.</param>
    /// <param name="clients">How addresses count.</param>
    public static ReplayReport Run(IEnumerable<string> lines, JailOptions options, IClientRules clients)
    {
        var rules = new JailRules(options);
        var run = new ReplayRun(clients, rules.Ignore);
        foreach (var line in lines)
        {
            run.Next();
            if (AccessLineFields.Read(line) is not { } request)
                continue;
            // An access log shows credentials only by their user.
            var triedToLogIn = request.HasUser;
            foreach (var jail in rules.For(OffenceKind.Auth))
            {
                if (OffenceDesk.Counts(jail, request.Status, triedToLogIn))
                    run.Count(jail, request.Address, request.Time);
            }

            if (OffenceDesk.IsNowhere(request.Status) && rules.Scanners.Match(request.Path))
            {
                foreach (var jail in rules.For(OffenceKind.Scanner))
                    run.Count(jail, request.Address, request.Time);
            }

            if (run.IsFull)
                break;
        }

        return run.Report();
    }
}
