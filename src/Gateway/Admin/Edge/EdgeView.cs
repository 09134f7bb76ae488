using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Jail.Live;
using Weir.Policies.Throttle.Explain;

namespace Weir.Gateway.Admin.Edge;

/// <summary>Tells what throttle and jail would make of a request. Counts nothing. For people: allocates, and may compile filters.</summary>
internal sealed class EdgeView(ThrottleExplainer throttle, JailForecast jails, IClientRules clients, TimeProvider time)
{
    // An answer that is fine, and those that a jail of the gateway's own looks at.
    private static readonly int[] Statuses = [200, 401, 403, 404];

    public EdgeReport Read(EdgeQuestion asked)
    {
        var probe = new ThrottleProbe(
            asked.Client, clients.KeyOf(asked.Client), asked.Method, asked.Url.Authority, Uri.UnescapeDataString(asked.Url.AbsolutePath), asked.Url.Query, asked.Route);
        return new EdgeReport(
            asked.Client.ToString(), clients.NetworkOf(asked.Client).ToString(), clients.IsTrusted(asked.Client),
            jails.BanOf(asked.Client) is { } ban ? BanReport.Of(ban) : null, throttle.Explain(probe), Jails(asked));
    }

    private List<EdgeJail> Jails(EdgeQuestion asked)
    {
        var found = new List<EdgeJail>();
        foreach (var status in asked.Status is { } one ? [one] : Statuses)
        {
            var request = new AnsweredRequest(
                asked.Client, IsDirect: true, time.GetUtcNow(), asked.Method, asked.Url.PathAndQuery, "HTTP/1.1", status, null, asked.Referer, asked.UserAgent);
            foreach (var jail in jails.Of(request, asked.HasCredentials || asked.Method is not ("GET" or "HEAD")))
            {
                // One row for a jail, however many answers it would count.
                var known = found.FindIndex(j => j.Jail == jail.Jail && Kind(j.Why) == Kind(jail.Why));
                if (known >= 0)
                    found[known] = found[known] with { Statuses = [.. found[known].Statuses, status] };
                else
                    found.Add(Row(jail, [status], jail.Why));
            }
        }

        return found;
    }

    // "an answer with 401 counts as ..." differs from that with 403 in the number only.
    private static string Kind(string why) => string.Concat(why.Where(c => !char.IsAsciiDigit(c)));

    private static EdgeJail Row(JailOutlook jail, int[] statuses, string why) =>
        new(jail.Jail, statuses, why, jail.Offences, jail.MaxRetry, jail.FindTime, jail.BanTime, jail.IsIgnored, jail.DryRun);
}
