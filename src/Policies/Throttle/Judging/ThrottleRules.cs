using Weir.Policies.Throttle.Imports;
using Weir.Policies.Throttle.Matching;

namespace Weir.Policies.Throttle.Judging;

/// <summary>What requests are judged by: the options of one instant, with what was imported, in the shape that is cheap to ask.</summary>
internal sealed class ThrottleRules
{
    private readonly CountRule?[] _byTag = new CountRule?[Counting.CounterKey.MaxTag + 1];

    /// <param name="options">With the directives of mod_evasive already in them.</param>
    /// <param name="imported">From AspNetCoreRateLimit; null for nothing.</param>
    public ThrottleRules(ThrottleOptions options, IpRateLimits? imported = null)
    {
        var tags = new RuleTags();
        Options = options;
        Allow = AddressSet.Of(options.Allow);
        Static = new StaticFiles(options.StaticExemption);
        var slides = options.Mode == ThrottleMode.Gap;
        if (options.PageCount > 0)
            Page = Count("page", ThrottleReason.Page, options.PageCount, options.PageInterval.Ticks, slides, tags);
        if (options.SiteCount > 0)
            Site = Count("site", ThrottleReason.Site, options.SiteCount, options.SiteInterval.Ticks, slides, tags);
        BlockTag = tags.Of("block");
        Requests = [.. options.Rules.Select(r => Compile(r, tags))];
        Quotas = imported?.Compile(tags);
        foreach (var rule in AllCounts())
            _byTag[rule.Tag] = rule;
        HasConcurrency = Requests.Any(r => r.Concurrency > 0);
        HasBandwidth = Requests.Any(r => r.BytesPerSecond > 0);
    }

    public ThrottleOptions Options { get; }

    public AddressSet Allow { get; }

    public StaticFiles Static { get; }

    public CountRule? Page { get; }

    public CountRule? Site { get; }

    public int BlockTag { get; }

    public RequestRule[] Requests { get; }

    public Quotas? Quotas { get; }

    public bool HasConcurrency { get; }

    public bool HasBandwidth { get; }

    public long BlockTicks => Options.BlockingPeriod.Ticks;

    /// <summary>The rule of a counter's key; null for one that this configuration has not.</summary>
    public CountRule? ByTag(int tag) => _byTag[tag];

    private static RequestRule Compile(ThrottleRuleOptions options, RuleTags tags)
    {
        var rate = default(CountRule);
        if (options is { RequestsPerSecond: not null } or { RequestsPerMinute: not null })
        {
            var perSecond = options.RequestsPerSecond ?? (options.RequestsPerMinute!.Value / 60);
            var burst = options.Burst ?? Math.Max(1, (int)Math.Floor(options.RequestsPerSecond ?? options.RequestsPerMinute!.Value));
            var token = Math.Max(1, (long)Math.Round(TimeSpan.TicksPerSecond / perSecond));
            rate = new CountRule
            {
                Name = options.Name,
                Reason = ThrottleReason.Rate,
                Tag = tags.Of($"rate|{options.Name}"),
                Limit = burst,
                Interval = token * burst,
                TokenTicks = token,
                IsDryRun = options.DryRun,
            };
        }

        return new RequestRule(options, rate, options.ConcurrentRequests is null ? 0 : tags.Of($"concurrency|{options.Name}"));
    }

    private static CountRule Count(string name, string reason, long limit, long interval, bool slides, RuleTags tags) => new()
    {
        Name = name,
        Reason = reason,
        Tag = tags.Of(name),
        Limit = limit,
        Interval = interval,
        Slides = slides,
    };

    private IEnumerable<CountRule> AllCounts()
    {
        IEnumerable<CountRule?> own = [Page, Site, .. Requests.Select(r => r.Rate)];
        var quotas = Quotas is null ? [] : Quotas.General.Concat(Quotas.Policies.SelectMany(p => p.Rules)).Select(q => q.Count);
        return own.OfType<CountRule>().Concat(quotas);
    }
}
