using Weir.Gateway.Cli.Explain;
using Weir.Gateway.Control.Compile;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Replay;
using Weir.Policies.Throttle.Explain;

namespace Weir.Gateway.Cli.Replay;

/// <summary>
/// Runs a log through jails and throttle in the order of the data plane: who would be banned does not reach the throttle, and what it
/// refuses is an offence where a jail counts that. Bounded by the bounds of the two.
/// </summary>
internal sealed class LogJudge(CompiledConfiguration candidate, ReplaySelection selection, string? host)
{
    /// <summary>Numbers of lines that are told.</summary>
    public const int MaxTold = 10;

    /// <summary>Judges every line.</summary>
    /// <exception cref="FormatException">A filter does not compile.</exception>
    public async Task<ReplayedLog> JudgeAsync(IEnumerable<string> log, CancellationToken cancel)
    {
        await using var services = CandidateServices.Of(candidate);
        var clients = services.GetRequiredService<IClientRules>();
        var jails = selection.Names.Any() ? new JailReplay(selection.Jails, selection.Fail2ban, clients, TimeZoneInfo.Local, TimeProvider.System.GetUtcNow()) : null;
        var throttle = selection.Throttle is { } options ? new ThrottleReplay(options, candidate.Settings.ToConfiguration()) : null;
        // Who takes a request matters only to rules that name a route.
        await using var routes = selection.Throttle?.Rules.Exists(r => !string.IsNullOrEmpty(r.Route)) == true ? new RouteMatcher(candidate.Routes) : null;
        var (lines, requests, unread) = (0L, 0L, 0L);
        var firstUnread = new List<long>();
        DateTimeOffset? from = null, to = null;
        var namesHosts = host is not null;
        foreach (var line in log)
        {
            cancel.ThrowIfCancellationRequested();
            lines++;
            var request = AccessLineFields.Read(line);
            jails?.Feed(line, request);
            if (request is null)
            {
                if (line.Length > 0 && ++unread <= MaxTold)
                    firstUnread.Add(lines);
                continue;
            }

            requests++;
            namesHosts |= request.Host is not null;
            from = from is null || request.Time < from ? request.Time : from;
            to = to is null || request.Time > to ? request.Time : to;
            // A connection without a request is nothing to the throttle.
            if (throttle is null || request.Method.Length == 0 || clients.IsTrusted(request.Address) || jails?.IsBanned(request.Address, request.Time) == true)
                continue;
            var site = request.Host ?? host ?? "";
            var route = routes is null ? null : await RouteOfAsync(routes, request, site);
            var probe = new ThrottleProbe(request.Address, clients.KeyOf(request.Address), request.Method, site, request.Path, request.Query, route);
            if (throttle.Feed(request.Time, probe) is not null)
                jails?.Throttled(request);
        }

        return new ReplayedLog(lines, requests, unread, firstUnread, from, to, namesHosts, jails?.Report(), throttle);
    }

    private static async Task<string?> RouteOfAsync(RouteMatcher routes, AccessLineFields request, string site)
    {
        var text = $"http://{(site.Length == 0 ? "localhost" : site)}{Uri.EscapeDataString(request.Path).Replace("%2F", "/", StringComparison.Ordinal)}{request.Query}";
        return request.Path.StartsWith('/') && Uri.TryCreate(text, UriKind.Absolute, out var url) ? (await routes.MatchAsync(url, request.Method, [])).RouteId : null;
    }
}
