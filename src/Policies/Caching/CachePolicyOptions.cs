using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Policies.Caching.Rules;

namespace Weir.Policies.Caching;

/// <summary>One entry of <c>Weir:Cache:Policies</c>. Every default is RFC 9111's.</summary>
public sealed class CachePolicyOptions
{
    [Description("Which parameters of the query make another page: All, Only those in QueryNames, or all Except those.")]
    public QueryMode Query { get; set; } = QueryMode.All;

    [Description("Names for Query; * at the end stands for any ending (utm_*).")]
    [Length(0, 256)]
    public List<string> QueryNames { get; set; } = [];

    [Description("Parameters in another order are the same page.")]
    public bool SortQuery { get; set; }

    [Description("Cookies whose value makes another page.")]
    [Length(0, 8)]
    public List<string> KeyCookies { get; set; } = [];

    [Description("Headers whose value makes another page, whatever Vary says.")]
    [Length(0, 8)]
    public List<string> KeyHeaders { get; set; } = [];

    [Description("A request with one of these cookies goes to the server, and its answer is not stored; * at the end stands for any ending.")]
    [Length(0, 64)]
    public List<string> BypassCookies { get; set; } = [];

    [Description("A request with one of these headers goes to the server, and its answer is not stored.")]
    [Length(0, 64)]
    public List<string> BypassHeaders { get; set; } = [];

    [Description("A request with one of these query parameters goes to the server, and its answer is not stored; * at the end stands for any ending.")]
    [Length(0, 64)]
    public List<string> BypassQuery { get; set; } = [];

    [Description("Takes Cookie from requests for the cache and Set-Cookie from their answers: for images, scripts and what else is the same for everybody.")]
    public bool DropCookies { get; set; }

    [Description("Headers of clients that do not go to the server with a request for the cache unless KeyHeaders has them: no key names them, and a server that repeats one in its answer would give one client's word to all.")]
    [Length(0, 64)]
    public List<string> UnkeyedHeaders { get; set; } =
        ["X-Host", "X-Original-Host", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Forwarded-Scheme", "X-Forwarded-Server", "X-Forwarded-Path",
        "X-Forwarded-Port", "X-Forwarded-Ssl", "X-Forwarded-Protocol", "X-Forwarded-Uri", "X-Url-Scheme", "Front-End-Https", "X-HTTP-Host-Override"];

    [Description("Freshness by status for answers that do not say: { \"404\": \"00:00:10\" }.")]
    [Length(0, 100)]
    public Dictionary<string, TimeSpan> FreshFor { get; set; } = [];

    [Description("FreshFor also goes before what the server says of freshness; never before no-store, no-cache or private.")]
    public bool FreshForWins { get; set; }

    [Description("Part of the time since Last-Modified for which an answer without explicit freshness is fresh, in percent; 0 never estimates.")]
    [Range(0, 100)]
    public int HeuristicPercent { get; set; } = 10;

    [Description("The longest estimate.")]
    [Range(typeof(TimeSpan), "00:00:00", "31.00:00:00")]
    public TimeSpan HeuristicMax { get; set; } = TimeSpan.FromDays(1);

    [Description("How long past its freshness an answer is served when the servers are down or full, where nothing in it forbids that.")]
    [Range(typeof(TimeSpan), "00:00:00", "31.00:00:00")]
    public TimeSpan StaleOnFailure { get; set; } = TimeSpan.FromHours(1);

    [Description("How long an answer with a validator is kept past that, so that the server need not send it again.")]
    [Range(typeof(TimeSpan), "00:00:00", "31.00:00:00")]
    public TimeSpan KeepForValidation { get; set; } = TimeSpan.FromDays(1);

    [Description("Cache-Control and Pragma of requests count: a client may force a refresh.")]
    public bool HonourRequests { get; set; }

    [Description("Answers with Set-Cookie are not stored, whatever else they say.")]
    public bool RefuseSetCookie { get; set; }

    [Description("Fields with a Cache-Control for this gateway, the weightiest first (RFC 9213).")]
    [Length(0, 8)]
    public List<string> TargetedFields { get; set; } = ["CDN-Cache-Control"];

    [Description("Image formats among which the server chooses by Accept; empty: Accept of images counts as it is.")]
    [Length(0, 16)]
    public List<string> ImageFormats { get; set; } = ["image/avif", "image/webp"];

    [Description("Content codings that the server may choose; others are not asked for.")]
    [Length(0, 8)]
    public List<string> Codings { get; set; } = ["zstd", "br", "gzip"];

    [Description("Requests for a URL before its answer is stored; 1 stores the first.")]
    [Range(1, 1000)]
    public int MinUses { get; set; } = 1;

    [Description("Bytes of the largest body that is stored.")]
    [Range(1, int.MaxValue)]
    public int MaxObjectBytes { get; set; } = 8 << 20;

    [Description("Stored answers of one URL that differ by what Vary, KeyCookies and KeyHeaders name; the oldest makes room.")]
    [Range(1, 10_000)]
    public int MaxVariants { get; set; } = 64;

    [Description("A Range that the store cannot serve: Pass sends it to the server and stores the part; Whole fetches all of it and serves the part from that.")]
    public RangeMode Ranges { get; set; } = RangeMode.Pass;

    [Description("Longest time that a request waits for another's fetch of the same page; then it goes to the server itself.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    [Description("How long it is remembered that a URL's answer cannot be stored: so long nobody waits for another's fetch of it.")]
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan HitForMiss { get; set; } = TimeSpan.FromMinutes(2);

    [Description("An answer whose type does not fit the ending of its path (HTML under .css) is stored only with explicit freshness: it may be somebody's own page under a made-up name.")]
    public bool CheckEndings { get; set; } = true;

    [Description("Surrogate-Key and Cache-Tag do not go to clients.")]
    public bool DropTags { get; set; }

    [Description("Says the key in Cache-Status.")]
    public bool ShowKey { get; set; }
}
