using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail.Offences;

/// <summary>Where the gateway's own offences come in: each goes to every jail that counts its kind.</summary>
internal sealed class OffenceDesk(Sentencing sentencing, CurrentJail current, JailMetrics metrics, TimeProvider time) : IOffences
{
    // Text of an enum would be made anew each time.
    private static readonly string[] Kinds = [.. Enum.GetNames<OffenceKind>().Select(n => n.ToLowerInvariant())];

    public void Report(IClientFeature client, OffenceKind kind, string reason)
    {
        if (!client.IsTrusted && client.Address is { } address)
            Report(address, client.IsDirect, kind, reason);
    }

    public void Report(IPAddress client, bool isDirect, OffenceKind kind, string reason)
    {
        var jails = current.Now.For(kind);
        if (jails.Length == 0)
            return;
        metrics.Offence(Kinds[(int)kind]);
        var now = time.GetUtcNow();
        foreach (var jail in jails)
            sentencing.Count(jail, client, isDirect, now, reason);
    }

    /// <summary>Looks at how a request was answered: a failed log-in, or a path that only scanners ask for.</summary>
    /// <param name="triedToLogIn">See <see cref="LogInAttempt"/>.</param>
    /// <param name="isCrossSite">A browser sent it for a page of another site: the page chose the path, not its visitor.</param>
    public void Answered(IClientFeature client, string path, int status, bool triedToLogIn, bool isCrossSite = false)
    {
        if (client.IsTrusted || client.Address is not { } address)
            return;
        var rules = current.Now;
        if (status is 401 or 403)
        {
            var counted = false;
            foreach (var jail in rules.For(OffenceKind.Auth))
            {
                if (!Counts(jail, status, triedToLogIn))
                    continue;
                counted = true;
                sentencing.Count(jail, address, client.IsDirect, time.GetUtcNow(), status == 401 ? "log_in_failed" : "forbidden");
            }

            if (counted)
                metrics.Offence(Kinds[(int)OffenceKind.Auth]);
        }

        if (IsNowhere(status) && !isCrossSite && rules.Scanners.Match(path))
            Report(address, client.IsDirect, OffenceKind.Scanner, "scanner_path");
    }

    /// <summary>A scanner's path that leads somewhere is a page of a site.</summary>
    public static bool IsNowhere(int status) => status is 403 or 404 or 410;

    /// <summary>True when the answer is a failed log-in to that jail.</summary>
    public static bool Counts(JailRule jail, int status, bool triedToLogIn) =>
        status == 401 ? triedToLogIn || jail.CountsChallenges : status == 403 && jail.CountsForbidden;
}
