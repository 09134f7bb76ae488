using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Forwarding;
using Weir.Policies.Caching.Fetching;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Answers;

/// <summary>Sends the answer of a fetch while it comes.</summary>
internal sealed class FetchAnswer(StoredAnswer answers, TimeProvider clock)
{
    /// <summary>How long a request for a part waits to learn how long the whole is.</summary>
    private static readonly TimeSpan PartWait = TimeSpan.FromSeconds(5);

    /// <summary>To the one who asked first: the head as the origin sent it.</summary>
    public static void WriteHead(HttpContext context, FetchHead head, CachePolicy policy, in CacheStatus status)
    {
        var response = context.Response;
        response.StatusCode = head.Status;
        if (head.ReasonPhrase is not null && context.Features.Get<IHttpResponseFeature>() is { } feature)
            feature.ReasonPhrase = head.ReasonPhrase;
        foreach (var (name, values) in head.Headers)
        {
            if (!policy.Options.DropTags || !StoredAnswer.IsTag(name))
                response.Headers[name] = values;
        }

        response.Headers.Append(CacheStatus.Field, status.ToString());
    }

    /// <summary>An answer that is stored, to its owner.</summary>
    public async Task SendToOwnerAsync(HttpContext context, Fetch fetch, FetchHead head, CacheStatus status)
    {
        WriteHead(context, head, fetch.Order.Policy, status);
        await CopyAsync(context, fetch.OwnersReader, 0, long.MaxValue);
        AppendTrailers(context, fetch);
    }

    /// <summary>An answer that is stored, to one who came later, or has conditions of its own.</summary>
    /// <param name="reader">At the beginning.</param>
    public async Task SendSharedAsync(HttpContext context, RequestFacts facts, Fetch fetch, FetchHead head, FillReader reader, long now, CacheStatus status)
    {
        var entry = head.Entry!;
        var hasLength = head.Headers.ContentLength is not null;
        if (!hasLength && facts.Ranged && await fetch.Body.WaitForEndAsync(PartWait, clock, context.RequestAborted))
        {
            entry = entry.With(new PromisedBody(fetch.Body.Length));
            hasLength = true;
        }

        // Without a length there are no parts: then the whole goes out, as RFC 9110 section 14.2 permits.
        var part = hasLength ? Part.Of(entry, facts, context.Request.Headers.Range, context.Request.Headers.IfRange, now) : new Part(PartKind.Whole);
        var bytes = StoredAnswer.WriteHead(context, facts, entry, part, entry.AgeAt(now), now, fetch.Order.Policy, status);
        if (!hasLength && context.Response.StatusCode != 304 && !facts.IsHead)
        {
            context.Response.ContentLength = null;
            await CopyAsync(context, reader, 0, long.MaxValue);
        }
        else if (bytes is { } wanted)
        {
            await CopyAsync(context, reader, wanted.Offset, wanted.Count);
        }
    }

    /// <summary>An answer that is nobody else's: body and trailers at the owner's speed.</summary>
    public static async Task SendDirectAsync(HttpContext context, Fetch fetch, FetchHead head, CacheStatus status)
    {
        WriteHead(context, head, fetch.Order.Policy, status);
        await context.Response.StartAsync(context.RequestAborted);
        fetch.Own(context.Response.Body);
        await using (context.RequestAborted.Register(static f => ((Fetch)f!).Abort?.Invoke(), fetch))
            await fetch.Ended;
        if (fetch.IsBroken)
            BrokenAnswer.End(context);
        else
            AppendTrailers(context, fetch);
    }

    private static void AppendTrailers(HttpContext context, Fetch fetch)
    {
        if (fetch.Trailers is not { Count: > 0 } trailers || !context.Response.SupportsTrailers())
            return;
        foreach (var (name, values) in trailers)
            context.Response.AppendTrailer(name, values);
    }

    private async Task CopyAsync(HttpContext context, FillReader reader, long offset, long count)
    {
        try
        {
            while (count > 0 && await reader.NextAsync(context.RequestAborted) is { } part)
            {
                if (offset >= part.Length)
                {
                    offset -= part.Length;
                    continue;
                }

                var piece = part[(int)offset..];
                piece = piece[..(int)Math.Min(piece.Length, count)];
                (offset, count) = (0, count - piece.Length);
                if ((await answers.SendAsync(context, piece, context.RequestAborted)).IsCompleted)
                    return;
            }
        }
        catch (IOException)
        {
            BrokenAnswer.End(context);
        }
    }
}
