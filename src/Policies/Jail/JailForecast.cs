using System.Net;
using Weir.Fail2ban.Filters;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Lines;
using Weir.Policies.Jail.Live;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Jail;

/// <summary>Tells what the jails would make of a request. Counts nothing. For people: allocates, and compiles filters.</summary>
public sealed class JailForecast
{
    private readonly IBans _bans;
    private readonly CurrentJail _current;
    private readonly Sentencing _sentencing;
    private readonly Fail2banSource _fail2ban;
    private readonly IFail2banEngine _engine;
    private readonly IClientRules _clients;

    internal JailForecast(IBans bans, CurrentJail current, Sentencing sentencing, Fail2banSource fail2ban, IFail2banEngine engine, IClientRules clients) =>
        (_bans, _current, _sentencing, _fail2ban, _engine, _clients) = (bans, current, sentencing, fail2ban, engine, clients);

    /// <summary>
    /// Reads Fail2ban's folder on its caller's thread, for a process whose <c>AddJailServices</c> do not run: a command. Elsewhere they do it.
    /// </summary>
    public void Load() => _fail2ban.Refresh();

    /// <summary>The ban that the address is under; null for none.</summary>
    public Ban? BanOf(IPAddress address) => _clients.IsTrusted(address) ? null : _bans.Find(address);

    /// <summary>Every jail that this request, so answered, would count against.</summary>
    /// <param name="request">The request and its answer.</param>
    /// <param name="triedToLogIn">It has an Authorization header.</param>
    public IReadOnlyList<JailOutlook> Of(AnsweredRequest request, bool triedToLogIn)
    {
        var rules = _current.Now;
        var found = new List<JailOutlook>();
        var query = request.Target.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(query < 0 ? request.Target : request.Target[..query]);
        foreach (var jail in rules.For(OffenceKind.Auth).Where(j => OffenceDesk.Counts(j, request.Status, triedToLogIn)))
            found.Add(Outlook(jail, request, $"an answer with {request.Status} counts as a failed log-in"));
        if (OffenceDesk.IsNowhere(request.Status) && rules.Scanners.Match(path))
            found.AddRange(rules.For(OffenceKind.Scanner).Select(j => Outlook(j, request, "the path is one of Weir:Jail:ScannerPaths and leads nowhere")));
        var line = AccessLine.Of(request, TimeZoneInfo.Local);
        foreach (var jail in _fail2ban.Now.Where(j => j.IsLive))
        {
            // A filter of its own: the live one belongs to the task that judges.
            if (_engine.Compile(jail.Definition.Filter)(line, request.Time) is { Kind: LineVerdictKind.Matched } verdict)
                found.Add(Outlook(jail.Rule, request, $"failregex number {verdict.Expression + 1} matches its line in the access log"));
        }

        return found;
    }

    private JailOutlook Outlook(JailRule jail, in AnsweredRequest request, string why)
    {
        var isIgnored = _clients.IsTrusted(request.Address) || _current.Now.Ignore.Hold(request.Address) || jail.Ignore.Hold(request.Address);
        var now = isIgnored ? 0 : _sentencing.Peek(jail, request.Address);
        return new JailOutlook(jail.Name, why, now, jail.MaxRetry, jail.FindTime, jail.BanTime, isIgnored, jail.DryRun);
    }
}
