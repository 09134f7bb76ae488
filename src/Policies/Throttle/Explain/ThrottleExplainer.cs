using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle.Explain;

/// <summary>Tells which counters a request would touch, and where they stand, without touching them. A service of the gateway.</summary>
public sealed class ThrottleExplainer
{
    private readonly CurrentThrottle _current;

    internal ThrottleExplainer(CurrentThrottle current) => _current = current;

    /// <summary>Explains a request by the rules and counters of now.</summary>
    public ThrottleExplanation Explain(ThrottleProbe probe)
    {
        var active = _current.Now;
        var rules = active?.Rules ?? _current.Rules;
        return Explain(rules, active?.Judge, probe, _current.Ticks) with { IsOn = active is not null };
    }

    /// <summary>Explains a request by options alone, every counter at 0: for the command line, without a running gateway.</summary>
    /// <param name="configuration">Where the imported sections stand; null for none.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">What the options import has faults.</exception>
    public static ThrottleExplanation Explain(
        ThrottleOptions options, Microsoft.Extensions.Configuration.IConfiguration? configuration, ThrottleProbe probe) =>
        Explain(OfflineRules.From(options, configuration), null, probe, 1) with { IsOn = options.Enabled };

    private static ThrottleExplanation Explain(ThrottleRules rules, ThrottleJudge? judge, ThrottleProbe probe, long now)
    {
        var request = new ThrottleRequest(probe.ClientKey, probe.Client, probe.Method, probe.Host, probe.Path, probe.Query, probe.Route);
        if (rules.Allow.Contains(probe.Client))
            return new ThrottleExplanation(true, "allow", []);
        var found = new List<ThrottleCounter>();
        var exemption = default(string);
        if (rules.BlockTicks > 0)
        {
            var count = judge?.Counters.Blocks.Find(CounterKey.Of(judge.Counters.Secret, rules.BlockTag, probe.ClientKey, 0), now).Count ?? 0;
            found.Add(new ThrottleCounter("block", "block", "client", 0, rules.Options.BlockingPeriod, count, rules.Options.DryRun));
        }

        if (rules.Static.Has(request.Method, request.Path))
        {
            exemption = "static";
        }
        else
        {
            if (rules.Page is { } page)
                found.Add(Describe(page, "client, page", judge, request.Client, judge?.PageOf(rules, request) ?? 0, now, rules));
            if (rules.Site is { } site)
                found.Add(Describe(site, rules.Options.SiteKey == SiteKeyKind.Host ? "client, host" : "client", judge, request.Client, judge?.SiteOf(rules, request) ?? 0, now, rules));
        }

        foreach (var rule in rules.Requests)
        {
            if (rule.Matches(request))
                Describe(rule, rules, judge, request.Client, now, found);
        }

        if (rules.Quotas is { } quotas && !quotas.Exempts(request))
            Describe(quotas, rules, judge, request, now, found);
        else if (rules.Quotas is not null)
            exemption ??= "imported";
        return new ThrottleExplanation(true, exemption, found);
    }

    private static void Describe(RequestRule rule, ThrottleRules rules, ThrottleJudge? judge, ulong client, long now, List<ThrottleCounter> found)
    {
        var isDry = rule.IsDryRun || rules.Options.DryRun;
        if (rule.Rate is { } rate)
            found.Add(Describe(rate, "client", judge, client, 0, now, rules));
        if (rule.Concurrency > 0)
        {
            var inside = judge?.Counters.Inside.Inside(CounterKey.Of(judge.Counters.Secret, rule.ConcurrencyTag, client, 0)) ?? 0;
            found.Add(new ThrottleCounter(rule.Name, "concurrency", "client", rule.Concurrency, TimeSpan.Zero, inside, isDry));
        }

        if (rule.BytesPerSecond > 0)
            found.Add(new ThrottleCounter(rule.Name, "bandwidth", "response", rule.BytesPerSecond, TimeSpan.FromSeconds(1), 0, isDry));
    }

    private static void Describe(Quotas quotas, ThrottleRules rules, ThrottleJudge? judge, in ThrottleRequest request, long now, List<ThrottleCounter> found)
    {
        var periods = 0UL;
        var endpoint = judge?.EndpointOf(request) ?? 0;
        foreach (var (clients, own) in quotas.Policies.Append((Matching.AddressSet.Empty, quotas.General)))
        {
            if (!ReferenceEquals(own, quotas.General) && !clients.Contains(request.Address))
                continue;
            foreach (var quota in own)
            {
                if ((periods & quota.PeriodBit) != 0 || !quota.Matches(request))
                    continue;
                periods |= quota.PeriodBit;
                found.Add(Describe(
                    quota.Count, quota.IsByEndpoint ? "client, endpoint" : "client", judge, request.Client, quota.IsByEndpoint ? endpoint : 0, now, rules));
            }
        }
    }

    private static ThrottleCounter Describe(CountRule rule, string countedBy, ThrottleJudge? judge, ulong client, ulong page, long now, ThrottleRules rules)
    {
        var count = 0L;
        if (judge is not null)
        {
            var state = judge.TableOf(rule).Find(CounterKey.Of(judge.Counters.Secret, rule.Tag, client, page), now);
            count = rule.IsBucket ? Math.Max(0, state.Expires - now + rule.TokenTicks - 1) / rule.TokenTicks : state.Count;
        }

        return new ThrottleCounter(rule.Name, rule.Kind, countedBy, rule.Limit, TimeSpan.FromTicks(rule.Interval), count, rule.IsDryRun || rules.Options.DryRun);
    }
}
