using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>Runs what is shared while a store is configured. Nothing of the data plane waits for it.</summary>
internal sealed class StateService(
    IOptions<StateOptions> options, IEnumerable<IBans> bans, IEnumerable<ICounterExchange> counters, BanOutbox outbox, LiveReplicas replicas,
    SharedState state, StateMetrics metrics, RedisMetrics redisMetrics, ILogger<StateService> logger, TimeProvider clock) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private RedisClient? _redis;
    private ReplicaSharing? _sharing;
    private Task _running = Task.CompletedTask;

    /// <summary>
    /// Joins before the listeners open, so that the first request already finds the share of one more gateway; a store that
    /// does not answer holds the start up for its connection's time-out, no longer.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var names = new StateNames(settings);
        if (RedisSettings.Of(settings, names.Replica) is not { } redis)
            return;
        _redis = new RedisClient(redis, "state", redisMetrics, logger, clock);
        state.Use(_redis, settings.Redis.Prefix);
        StateLog.Started(logger, names.Replica, _redis.Endpoint);
        _sharing = new ReplicaSharing(_redis, replicas, names, settings, logger, clock);
        await JoinAsync(redis.ConnectTimeout, cancellationToken);

        var running = new List<Task> { Task.Run(() => _sharing.RunAsync(_stop.Token), CancellationToken.None) };
        if (bans.FirstOrDefault() is { } list)
        {
            outbox.IsOn = true;
            var sharing = new BanSharing(_redis, list, outbox, names, settings, metrics, logger, clock);
            running.Add(Task.Run(() => sharing.RunAsync(_stop.Token), CancellationToken.None));
        }

        if (counters.FirstOrDefault() is { } exchange)
        {
            var sharing = new CounterSharing(_redis, exchange, names, settings, metrics, logger, clock);
            running.Add(Task.Run(() => sharing.RunAsync(_stop.Token), CancellationToken.None));
        }

        _running = Task.WhenAll(running);
    }

    /// <summary>Leaves: the others divide the farm anew at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_redis is null)
            return;
        outbox.IsOn = false;
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sharing!.LeaveAsync(cancellationToken);
        await _redis.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
            await _redis.DisposeAsync();
        _stop.Dispose();
    }

    private async Task JoinAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            await _redis!.WaitConnectedAsync(both.Token);
            await _sharing!.BeatAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Alone for now.
        }
    }
}
