using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Throttle;

/// <summary>How much one client may ask for: section <c>Weir:Throttle</c>.</summary>
public sealed class ThrottleOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Throttle";

    [Description("Counts and refuses. Off by default: behind a proxy that is not listed as trusted, and in load tests, all requests come from one address.")]
    public bool Enabled { get; set; }

    [Description("Only reports what would be refused, in the log and in metrics.")]
    public bool DryRun { get; set; }

    [Description("Window, or Gap as mod_evasive: a gap rule in the end refuses a steady client that is slower than the limit.")]
    public ThrottleMode Mode { get; set; } = ThrottleMode.Window;

    [Description("Requests for one page in PageInterval; the next is refused. 0 does not count pages. As DOSPageCount.")]
    [Range(0, 1_000_000)]
    public int PageCount { get; set; } = 2;

    [Description("As DOSPageInterval. Allowed:")]
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan PageInterval { get; set; } = TimeSpan.FromSeconds(1);

    [Description("What makes two requests one page.")]
    public PageKeyKind PageKey { get; set; } = PageKeyKind.Path;

    [Description("Requests for one site in SiteInterval; the next is refused. 0 does not count sites. As DOSSiteCount.")]
    [Range(0, 1_000_000)]
    public int SiteCount { get; set; } = 50;

    [Description("As DOSSiteInterval. Allowed:")]
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan SiteInterval { get; set; } = TimeSpan.FromSeconds(1);

    [Description("Host counts each Host apart, Gateway all together as mod_evasive. With Host, name your hosts in AllowedHosts.")]
    public SiteKeyKind SiteKey { get; set; } = SiteKeyKind.Host;

    [Description("How long a client that was refused for page or site is refused everything; 00:00:00 refuses only what is too much. As DOSBlockingPeriod. Allowed:")]
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan BlockingPeriod { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Each request while blocked starts BlockingPeriod again, as mod_evasive.")]
    public bool Rearm { get; set; } = true;

    [Description("Addresses and networks that are never counted: 192.0.2.7, 10.0.0.0/8, 2001:db8::/32, or with * for whole parts as DOSWhitelist, 10.0.*.*.")]
    [Length(0, 1024)]
    public List<string> Allow { get; set; } = [];

    [Description("GET and HEAD of static files count neither for page nor for site.")]
    public ThrottleStaticOptions StaticExemption { get; set; } = new();

    [Description("Status of a refusal; mod_evasive's is 403.")]
    [AllowedValues(403, 429, 503)]
    public int Status { get; set; } = 429;

    [Description("Sends RateLimit and RateLimit-Policy with answers, as draft-ietf-httpapi-ratelimit-headers-10.")]
    public bool Headers { get; set; }

    [Description("Rules beyond page and site.")]
    [Length(0, 256)]
    public List<ThrottleRuleOptions> Rules { get; set; } = [];

    [Description("Bounds on a client's connections.")]
    public ThrottleConnectionOptions Connections { get; set; } = new();

    [Description("An Apache configuration file whose DOS directives replace the settings of the same meaning. Read at start and at every reload.")]
    [StringLength(4096)]
    public string? ModEvasiveFile { get; set; }

    [Description("Takes over the sections IpRateLimiting and IpRateLimitPolicies of AspNetCoreRateLimit, where they stand at the configuration's top.")]
    public bool ImportIpRateLimiting { get; set; } = true;

    [Description("Counters of intervals up to a minute, 32 bytes each; rounded up to a power of two. Longer intervals get a quarter of it besides.")]
    [Range(1024, 16_777_216)]
    public int MaxCounters { get; set; } = 1 << 20;

    [Description("With shared counters, the text that the counters' keys are hashed with, equal on all replicas. Without it clients who know the code could choose paths that count for others.")]
    [StringLength(256)]
    [PasswordPropertyText(true)]
    public string? SharedSecret { get; set; }
}
