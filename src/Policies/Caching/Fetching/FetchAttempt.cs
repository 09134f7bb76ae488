using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding;
using Weir.Forwarding.Admission;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Keys;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Caching.Tiers;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using HttpStatus = Microsoft.AspNetCore.Http.StatusCodes;

namespace Weir.Policies.Caching.Fetching;

/// <summary>One request of a fetch to an origin, and the judgement of its answer's head.</summary>
/// <param name="stale">What it validates; null asks for all.</param>
#pragma warning disable CA1001 // RunAsync disposes of it: an attempt is made to be run.
internal sealed class FetchAttempt(Fetch fetch, CachedResponse? stale, MarkClock marks, TimeProvider clock)
#pragma warning restore CA1001
{
    private readonly FillWriter _writer = new();
    private FetchContext _context = null!;
    private FetchResponse _response = null!;
    private long _requestedAt;

    /// <summary>What the rules found; null before a head, and for an error of the gateway's.</summary>
    public JudgedAnswer? Judged { get; private set; }

    /// <summary>A 304 about another answer than the stored one.</summary>
    public bool MustAskAgain { get; private set; }

    /// <summary>Why the body did not come to its end.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>The request's, by which the answer was chosen.</summary>
    public IHeaderDictionary Headers => _context.Headers;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A head for a fetch that broke off by an error of the gateway's own.</summary>
    public static FetchHead Broken() => new() { Kind = FetchKind.Failed, Status = HttpStatus.Status502BadGateway, Headers = new HeaderDictionary() };

    /// <param name="client">Whose request it is; not used afterwards.</param>
    /// <returns>The fetch's own.</returns>
    public HttpContext Prepare(HttpContext client, IServiceScopeFactory scopes)
    {
        _response = new FetchResponse(OnHeadAsync, _writer);
        _writer.Start = () => _response.StartAsync();
        _context = new FetchContext(client, _response, scopes);
        FetchRequest.Prepare(_context.Headers, fetch.Order, stale);
        if (fetch.Order.NoWait)
            _context.Http.Features.Set<INoWaitFeature>(NoWait.Instance);
        fetch.Abort = _context.Abort;
        return _context.Http;
    }

    public async Task RunAsync(RequestDelegate next)
    {
        _requestedAt = Now;
        try
        {
            await next(_context.Http);
            await _response.StartAsync();
            await _writer.CompleteAsync();
            if (_writer.Target is { } target)
                await target.FlushedAsync();
            if (_context.IsAborted || Error is not null)
                Fault = new IOException("The origin's answer broke off.");
            else if (_writer.Expected is { } expected && expected != _writer.Total)
                Fault = new IOException("The origin's answer is shorter than it said.");
            fetch.Trailers = _response.Trailers;
        }
        finally
        {
            await _response.EndAsync();
            _context.Dispose();
        }
    }

    private IForwarderErrorFeature? Error => _context.Http.Features.Get<IForwarderErrorFeature>();

    private ValueTask OnHeadAsync(FetchResponse response)
    {
        var head = Judge(response);
        if (head is null)
        {
            MustAskAgain = true;
            return default;
        }

        _writer.Expected = response.Headers.ContentLength;
        fetch.Found(head);
        _writer.Target = fetch;
        return default;
    }

    private FetchHead? Judge(FetchResponse response)
    {
        var order = fetch.Order;
        var policy = order.Policy;
        var features = _context.Http.Features;
        if (_context.IsAborted || Error is not null || features.Get<IRefusedFeature>() is not null)
            return Head(FetchKind.Failed, response);
        if (policy.Options.DropCookies)
            response.Headers.Remove("Set-Cookie");
        var lines = FetchRequest.Lines(response.Headers, features.Get<IReverseProxyFeature>()?.Cluster.Config.SessionAffinity is { Enabled: true } session ? session.AffinityKeyName : null);
        if (response.StatusCode == HttpStatus.Status304NotModified && stale is not null)
        {
            if (!StoredUpdate.Selects(stale, lines))
                return null;
            Judged = StoredUpdate.ByNotModified(order.Facts, stale, lines, _requestedAt, Now, policy.Semantics, out var updated);
            return Head(FetchKind.Updated, response, updated, isShared: Judged.Stored, reason: Judged.Reason);
        }

        Judged = Storability.Judge(order.Facts, response.StatusCode, lines, _requestedAt, Now, policy.Semantics);
        var length = response.Headers.ContentLength;
        if (!Judged.Stored || length > fetch.MaxBytes || (!Judged.Freshness.Explicit && policy.Options.CheckEndings && Endings.Contradict(order.Facts.Target, lines)))
            return Direct(response);
        var rule = policy.RuleOf(Judged.Vary);
        var generation = order.Index?.Generation ?? 1;
        var variant = rule.Count == 0 ? null : CacheLookup.VariantText(order.Text, generation, rule, policy, Headers);
        if (rule.Count > 0 && variant is null)
            return Direct(response);
        marks.Cacheable(order.Primary);
        var entry = Judged.ToEntry(order.Text, new PromisedBody(length ?? 0), _requestedAt, CacheTags.Of(lines));
        return new FetchHead
        {
            Kind = FetchKind.Stored,
            Status = response.StatusCode,
            ReasonPhrase = response.ReasonPhrase,
            Headers = response.Headers,
            Entry = entry,
            IsShared = true,
            VariantText = variant,
            Generation = generation,
            Rule = rule,
        };
    }

    private FetchHead Direct(FetchResponse response)
    {
        if (SpeaksForAll(fetch.Order, response.StatusCode)
            && Judged!.Reason is not (StorageReason.RequestNoStore or StorageReason.Authorization or StorageReason.OfOneRequest or StorageReason.Range))
            marks.Uncacheable(fetch.Order.Primary, fetch.Order.Policy.HitForMissSeconds);
        return Head(FetchKind.Direct, response, reason: Judged!.Reason);
    }

    /// <summary>False for what a client's own request may have brought about: credentials, a part, a head that the origin refuses.</summary>
    public static bool SpeaksForAll(FetchOrder order, int status) => !order.KeepsRange && !order.Facts.Authorized && (status is (>= 200 and < 400) or 404 or 410);

    private static FetchHead Head(FetchKind kind, FetchResponse response, CachedResponse? entry = null, bool isShared = false, StorageReason reason = default) => new()
    {
        Kind = kind,
        Status = response.StatusCode,
        ReasonPhrase = response.ReasonPhrase,
        Headers = response.Headers,
        Entry = entry,
        IsShared = isShared,
        Reason = reason,
    };
}
