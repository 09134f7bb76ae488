using Weir.Policies.Throttle.Counting;

namespace Weir.Policies.Throttle.Judging;

/// <summary>
/// Counts a request and says whether it may pass. Takes the time from its caller, so that a log of last week is judged as it would
/// have been. Does not allocate.
/// </summary>
internal sealed class ThrottleJudge(ThrottleCounters counters)
{
    public ThrottleCounters Counters { get; } = counters;

    /// <summary>Counts and judges.</summary>
    /// <param name="now">Ticks of 100 ns since any fixed instant, not before 0.</param>
    public Verdict Judge(ThrottleRules rules, in ThrottleRequest request, long now)
    {
        // On a quiet day there is no block to look for.
        if (rules.BlockTicks > 0 && Counters.Blocks.Used > 0 && FindBlock(rules, request, now) is { } blocked)
            return blocked;
        var verdict = Verdict.Uncounted;
        if (!rules.Static.Has(request.Method, request.Path))
            verdict = JudgePageAndSite(rules, request, now);
        if (verdict.Reason is not null)
            return verdict;
        foreach (var rule in rules.Requests)
        {
            if (rule.Rate is { } rate && rule.Matches(request))
            {
                verdict = Stricter(verdict, Count(rate, request.Client, 0, now));
                if (verdict.Refuses)
                    return verdict;
            }
        }

        return rules.Quotas is { } quotas && !quotas.Exempts(request) ? JudgeQuotas(quotas, request, verdict, now) : verdict;
    }

    /// <summary>Counts what another replica has counted.</summary>
    public void Merge(ThrottleRules rules, ulong key, uint hits, long now)
    {
        if (hits == 0 || rules.ByTag(CounterKey.TagOf(key)) is not { } rule)
            return;
        var table = TableOf(rule);
        if (rule.IsBucket)
            table.Take(key, now, rule.TokenTicks, (int)rule.Limit, hits, isForced: true);
        else
            table.Hit(key, now, rule.Interval, rule.Slides, hits);
    }

    /// <summary>The page that a request counts under.</summary>
    public ulong PageOf(ThrottleRules rules, in ThrottleRequest request)
    {
        var hash = new KeyedHash(Counters.Secret);
        hash.AddWithoutCase(request.Host);
        hash.Add(request.Path);
        if (rules.Options.PageKey == PageKeyKind.PathAndQuery)
            hash.Add(request.Query);
        return hash.Finish();
    }

    /// <summary>The site that a request counts under.</summary>
    public ulong SiteOf(ThrottleRules rules, in ThrottleRequest request)
    {
        if (rules.Options.SiteKey == SiteKeyKind.Gateway)
            return 0;
        var hash = new KeyedHash(Counters.Secret);
        hash.AddWithoutCase(request.Host);
        return hash.Finish();
    }

    /// <summary>The endpoint that a request counts under where each is counted apart.</summary>
    public ulong EndpointOf(in ThrottleRequest request)
    {
        var hash = new KeyedHash(Counters.Secret);
        hash.AddWithoutCase(request.Method);
        hash.AddWithoutCase(request.Path);
        return hash.Finish();
    }

    public CounterTable TableOf(CountRule rule) => rule.IsLong ? Counters.Long : Counters.Short;

    private Verdict? FindBlock(ThrottleRules rules, in ThrottleRequest request, long now)
    {
        var key = CounterKey.Of(Counters.Secret, rules.BlockTag, request.Client, 0);
        var state = Counters.Blocks.Find(key, now, rules.Options.Rearm ? rules.BlockTicks : 0);
        return state.Count == 0 ? null : new Verdict(ThrottleReason.Blocked, null, 0, state.Expires - now, StartsBlock: false, IsDry: false);
    }

    private Verdict JudgePageAndSite(ThrottleRules rules, in ThrottleRequest request, long now)
    {
        var page = rules.Page is { } p ? Count(p, request.Client, PageOf(rules, request), now) : Verdict.Uncounted;
        // As mod_evasive: a request that is too much for its page counts for the site all the same.
        var site = rules.Site is { } s ? Count(s, request.Client, SiteOf(rules, request), now) : Verdict.Uncounted;
        var verdict = Stricter(page, site);
        if (verdict.Reason is null || rules.BlockTicks == 0)
            return verdict;
        Counters.Blocks.Set(CounterKey.Of(Counters.Secret, rules.BlockTag, request.Client, 0), now, now + rules.BlockTicks, 1);
        return verdict with { StartsBlock = true, Reset = rules.BlockTicks };
    }

    private Verdict JudgeQuotas(Quotas quotas, in ThrottleRequest request, Verdict verdict, long now)
    {
        var periods = 0UL;
        foreach (var (clients, rules) in quotas.Policies)
        {
            if (!clients.Contains(request.Address))
                continue;
            verdict = JudgeQuotas(rules, quotas, request, verdict, ref periods, now);
            if (verdict.Refuses && !quotas.StacksRefused)
                return verdict;
        }

        return JudgeQuotas(quotas.General, quotas, request, verdict, ref periods, now);
    }

    private Verdict JudgeQuotas(Quota[] rules, Quotas quotas, in ThrottleRequest request, Verdict verdict, ref ulong periods, long now)
    {
        foreach (var quota in rules)
        {
            if ((periods & quota.PeriodBit) != 0 || !quota.Matches(request))
                continue;
            periods |= quota.PeriodBit;
            verdict = Stricter(verdict, Count(quota.Count, request.Client, quota.IsByEndpoint ? EndpointOf(request) : 0, now));
            if (verdict.Refuses && !quotas.StacksRefused)
                return verdict;
        }

        return verdict;
    }

    private Verdict Count(CountRule rule, ulong client, ulong page, long now)
    {
        var key = CounterKey.Of(Counters.Secret, rule.Tag, client, page);
        Verdict verdict;
        if (rule.IsBucket)
        {
            var bucket = TableOf(rule).Take(key, now, rule.TokenTicks, (int)rule.Limit);
            if (bucket.Left < 0)
                return new Verdict(rule.Reason, rule, 0, bucket.Ready - now, StartsBlock: false, rule.IsDryRun);
            verdict = new Verdict(null, rule, bucket.Left, (rule.Limit - bucket.Left) * rule.TokenTicks, StartsBlock: false, IsDry: false);
        }
        else
        {
            var state = TableOf(rule).Hit(key, now, rule.Interval, rule.Slides);
            var isOver = state.Count > rule.Limit;
            verdict = new Verdict(isOver ? rule.Reason : null, rule, Math.Max(0, rule.Limit - state.Count), state.Expires - now, StartsBlock: false, rule.IsDryRun && isOver);
        }

        Counters.Pending.Add(key, 1);
        return verdict;
    }

    /// <summary>A refusal before a dry one before none; else the one with less left.</summary>
    private static Verdict Stricter(in Verdict one, in Verdict other)
    {
        if (one.Rule is null)
            return other;
        if (other.Rule is null || one.Refuses)
            return one;
        if (other.Refuses)
            return other;
        if (one.Reason is not null || other.Reason is not null)
            return one.Reason is not null ? one : other;
        return one.Left <= other.Left ? one : other;
    }
}
