using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Purging.Journal;
using Weir.Policies.Caching.Purging.Sharing;
using Weir.Policies.Caching.Stores;

namespace Weir.Policies.Caching.Purging;

/// <summary>
/// Carries purges out: in the ledger, in the file, by the other gateways, and what can be named at once in the stores. Whatever fails of
/// that, the ledger of this gateway has it.
/// </summary>
internal sealed class CachePurger : IPurgeReceiver, IAsyncDisposable
{
    /// <summary>How long a start waits for what the other gateways have purged.</summary>
    public static readonly TimeSpan CatchUpTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Another gateway's purge that is older is left to the ledger: what is stored may well be newer.</summary>
    internal static readonly TimeSpan Prompt = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ExpireInterval = TimeSpan.FromHours(1);

    private readonly IReadOnlyList<ICacheStore> _tiers;
    private readonly PurgeLedger _ledger;
    private readonly PurgeJournal? _journal;
    private readonly IPurgeSharing? _sharing;
    private readonly IPurgeKeys _keys;
    private readonly PurgeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private ITimer? _expiry;

    /// <param name="tiers">All stores, the nearest first. Not owned.</param>
    /// <param name="ledger">Judges what is found.</param>
    /// <param name="journal">The ledger's file; null without a disk store. Owned.</param>
    /// <param name="sharing">The other gateways; null where there is no Redis. Stopped, not disposed.</param>
    /// <param name="keys">Where a URL lies.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    public CachePurger(
        IReadOnlyList<ICacheStore> tiers, PurgeLedger ledger, PurgeJournal? journal, IPurgeSharing? sharing, IPurgeKeys keys, PurgeMetrics metrics, ILogger logger, TimeProvider clock)
    {
        (_tiers, _ledger, _journal, _sharing, _keys) = (tiers, ledger, journal, sharing, keys);
        (_metrics, _logger, _clock) = (metrics, logger, clock);
    }

    private IEnumerable<ICacheStore> OwnTiers => _tiers.Where(t => t.Name is "memory" or "disk");

    private IEnumerable<ICacheStore> CommonTiers => _tiers.Where(t => t.Name is not ("memory" or "disk"));

    /// <summary>
    /// Before the first request: reads the file, forgets the disk store where the file does not say all, and takes in what the other
    /// gateways have purged. While that is not known (Redis is away), what was stored before this start is not used, unless the file
    /// says what was purged until the last stop: then it is used as by any gateway that has lost Redis.
    /// </summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var isKnown = _journal is not null && await _journal.LoadAsync(cancel);
        if (!isKnown)
        {
            foreach (var tier in _tiers.Where(t => t.Name == "disk"))
                await tier.ClearAsync(cancel);
        }

        if (_journal is not null)
            await _journal.StartAsync();
        _expiry = _clock.CreateTimer(static ledger => ((PurgeLedger)ledger!).Expire(), _ledger, ExpireInterval, ExpireInterval);
        if (_sharing is null)
            return;
        var lastId = isKnown ? _journal!.LastId : null;
        if (lastId is null)
            _ledger.Doubt(Now());
        if (!await _sharing.StartAsync(lastId, this, CatchUpTimeout, cancel))
        {
            PurgeLog.NotCaughtUp(_logger, CatchUpTimeout, lastId is null
                ? "until they are, nothing that was stored before this start is used."
                : "until they are, what they purged meanwhile may be served.");
        }
    }

    /// <summary>Hears no more. What still waits for Redis is lost to the others.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        if (_expiry is not null)
            await _expiry.DisposeAsync();
        if (_sharing is not null)
            await _sharing.StopAsync().WaitAsync(cancel);
    }

    /// <summary>See <see cref="ICacheAdmin.PurgeAsync"/>. Once begun it is carried out, whoever gives up waiting.</summary>
    /// <exception cref="ArgumentException">The target is not what its kind wants; the message says what is allowed.</exception>
    public Task<PurgeReport> PurgeAsync(PurgeOrder order, CancellationToken cancel)
    {
        var purge = new Purge(order.Kind, PurgeTargets.Parse(order), order.IsSoft, Now());
        cancel.ThrowIfCancellationRequested();
        return CarryOutAsync(purge).WaitAsync(cancel);
    }

    /// <inheritdoc />
    public async ValueTask ReceiveAsync(IReadOnlyList<Purge> purges, string lastId, long? unknownBefore, CancellationToken cancel)
    {
        var items = purges.SelectMany(ItemsOf).ToList();
        if (unknownBefore is { } before)
            items.Add(new PurgeItem(PurgeKind.All, "", new PurgeTimes(before, 0)));
        _ledger.Add(items);
        if (_journal is not null)
            await _journal.AppendAsync(items, lastId, cancel);
        foreach (var purge in purges)
        {
            _metrics.Purged(purge.Kind, "replica");
            if (purge.IsSoft || Now() - purge.At > (long)Prompt.TotalMilliseconds)
                continue;
            try
            {
                await RemoveAsync(purge, OwnTiers);
            }
            catch (Exception bug)
            {
                // The ledger has it: to read the same again and again would help nobody.
                PurgeLog.Failed(_logger, bug, "purges");
            }
        }
    }

    /// <inheritdoc />
    public void CaughtUp() => _ledger.Doubt(0);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        if (_journal is not null)
            await _journal.DisposeAsync();
    }

    private async Task<PurgeReport> CarryOutAsync(Purge purge)
    {
        var notes = new List<string>();
        PurgeItem[] items = [.. ItemsOf(purge)];
        _ledger.Add(items);
        _metrics.Purged(purge.Kind, "here");
        if (_journal is not null && !await _journal.AppendAsync(items, null, CancellationToken.None))
            notes.Add("The file of purges cannot be written: should the gateway restart before it can, it forgets its disk store.");
        var told = _sharing is null ? PurgeTold.Lost : await _sharing.PublishAsync(purge, CancellationToken.None);
        notes.Add(_sharing is null ? "Only this gateway was told: the cache has no Redis through which others would hear of it."
            : told == PurgeTold.Waiting ? "Redis is away: the other gateways hear of it when it is back."
            : told == PurgeTold.Lost ? $"Redis is away, and {PurgeOutbox.MaxWaiting} purges wait for it: the other gateways will not hear of this one."
            : "");
        var removed = purge.IsSoft ? 0 : await RemoveAsync(purge, _tiers);
        if (_sharing is null)
            await ForgetCommonAsync(purge, notes);
        PurgeLog.Purged(_logger, PurgeWords.Of(purge.Kind), purge.Target, purge.IsSoft, removed, told == PurgeTold.Told);
        var note = string.Join(' ', notes.Where(n => n.Length > 0));
        return new PurgeReport(removed, told == PurgeTold.Told, note.Length == 0 ? null : note);
    }

    /// <summary>What a hard purge can name. The ledger finds the rest as it is asked for.</summary>
    /// <returns>Entries that were there, in any tier.</returns>
    private async Task<int> RemoveAsync(Purge purge, IEnumerable<ICacheStore> tiers)
    {
        if (purge.Kind == PurgeKind.All)
        {
            var entries = 0L;
            foreach (var tier in tiers)
            {
                entries += tier.Figures.Entries ?? 0;
                await tier.ClearAsync(CancellationToken.None);
            }

            return (int)Math.Min(int.MaxValue, entries);
        }

        if (purge.Kind != PurgeKind.Url)
            return 0;
        var removed = 0;
        foreach (var key in _keys.KeysOf(purge.Target))
        {
            var was = false;
            foreach (var tier in tiers)
                was |= await tier.RemoveAsync(key, CancellationToken.None);
            removed += was ? 1 : 0;
        }

        return removed;
    }

    // Without Redis no other gateway, nor this one after a restart, could judge what lies in a common store: it is forgotten there.
    private async Task ForgetCommonAsync(Purge purge, List<string> notes)
    {
        if (!purge.IsSoft && purge.Kind is PurgeKind.Url or PurgeKind.All)
            return;
        foreach (var tier in CommonTiers)
        {
            if (purge.Kind == PurgeKind.Url)
            {
                await RemoveAsync(purge, [tier]);
                continue;
            }

            await tier.ClearAsync(CancellationToken.None);
            PurgeLog.Cleared(_logger, tier.Name);
            notes.Add($"The store {tier.Name} was cleared whole, since without Redis nobody else could tell what of it is purged.");
        }
    }

    private IEnumerable<PurgeItem> ItemsOf(Purge purge) => purge.Kind != PurgeKind.Url
        ? [PurgeItem.Of(purge)]
        : _keys.UrlsOf(purge.Target).Append(purge.Target).Distinct().Select(url => PurgeItem.Of(purge with { Target = url }));

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}
