using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Keys;
using Weir.Policies.Caching.Tiers;

namespace Weir.Policies.Caching.Fetching;

/// <summary>Makes fetches and sees them through: to the origin, into the store, and away.</summary>
internal sealed class Fetcher(
    FetchTable table, FetchBudget budget, EntryWriter writer, CacheTiers tiers, MarkClock marks, IServiceScopeFactory scopes, TimeProvider clock, ILogger<Fetcher> logger)
{
    /// <summary>The fetch that a request may share, or a new one; null when there is no room for one.</summary>
    /// <param name="isNew">Then the caller has to <see cref="Run"/> it.</param>
    public Fetch? JoinOrMake(FetchOrder order, CacheKey variant, out bool isNew) => table.JoinOrAdd(order.Primary, variant, () => TryMake(order), out isNew);

    /// <summary>A fetch that nobody shares.</summary>
    public Fetch? TryMake(FetchOrder order)
    {
        if (!budget.TryBegin(order.IsRefresh))
            return null;
        var fetch = new Fetch(order, clock) { Budget = budget, MaxBytes = Math.Min(order.Policy.Options.MaxObjectBytes, tiers.MaxEntryBytes) };
        fetch.Begin();
        if (order.IsRefresh)
        {
            fetch.OwnersReader.Dispose();
            fetch.Own(null);
        }

        return fetch;
    }

    /// <summary>Refreshes what is stale while it is served, unless somebody does or there is no room.</summary>
    public void Refresh(HttpContext client, RequestDelegate next, FetchOrder order, CacheKey variant)
    {
        if (table.Has(order.Primary, variant) || JoinOrMake(order, variant, out var isNew) is not { } fetch)
            return;
        if (isNew)
            Run(fetch, client, next);
        else
            fetch.Leave();
    }

    /// <summary>Starts it. The client's context is used before the call returns, and not after.</summary>
    public void Run(Fetch fetch, HttpContext client, RequestDelegate next) => _ = RunAsync(fetch, client, next);

    private async Task RunAsync(Fetch fetch, HttpContext client, RequestDelegate next)
    {
        try
        {
            var attempt = new FetchAttempt(fetch, fetch.Order.Stale, marks, clock);
            var context = attempt.Prepare(client, scopes);
            await attempt.RunAsync(next);
            if (attempt.MustAskAgain)
            {
                // The 304 was about something else than what is stored: all of it, then.
                attempt = new FetchAttempt(fetch, null, marks, clock);
                attempt.Prepare(context, scopes);
                await attempt.RunAsync(next);
            }

            Finish(fetch, attempt);
        }
        catch (Exception error)
        {
            CachingLog.FetchFailed(logger, fetch.Order.Facts.Target, error);
            fetch.IsBroken = fetch.Head.IsCompleted;
            fetch.Found(FetchAttempt.Broken());
            fetch.Body.Fail(error);
        }
        finally
        {
            table.Remove(fetch);
            fetch.GiveBack();
            budget.End(fetch.Order.IsRefresh);
            fetch.End();
        }
    }

    private void Finish(Fetch fetch, FetchAttempt attempt)
    {
        var head = fetch.Known!;
        // What the gateway itself answers is whole, though the origin's answer is not.
        fetch.IsBroken = attempt.Fault is not null && head.Kind != FetchKind.Failed;
        var order = fetch.Order;
        if (head is { Kind: FetchKind.Updated, Entry: { } updated })
        {
            if (!head.IsShared)
                _ = tiers.RemoveAsync(order.StaleKey, CancellationToken.None).AsTask();
            else if (!fetch.IsSpoiled)
                writer.Update(order.StaleKey, updated, order.Policy);
        }
        else if (head.Kind == FetchKind.Stored)
        {
            if (attempt.Fault is { } fault)
            {
                fetch.Body.Fail(fault);
                return;
            }

            if (!fetch.IsTooLong && !fetch.IsSpoiled && attempt.Judged!.Fits(fetch.Body.Length))
                writer.Store(head.Entry!.With(BodyParts.Join(fetch.Body.Parts())), order.Primary, order.Text, order.Index, head.Rule, order.Policy, attempt.Headers);
            fetch.Body.Complete();
        }
        else if (order.Stale is not null && head.Kind == FetchKind.Direct && FetchAttempt.SpeaksForAll(order, head.Status))
        {
            // The origin has something else now, and it is not for all.
            _ = tiers.RemoveAsync(order.StaleKey, CancellationToken.None).AsTask();
        }
    }
}
