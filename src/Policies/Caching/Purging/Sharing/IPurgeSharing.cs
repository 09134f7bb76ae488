namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>Tells the other gateways of purges and hears theirs.</summary>
internal interface IPurgeSharing
{
    /// <summary>Purges that wait for Redis to come back.</summary>
    int Waiting { get; }

    /// <summary>Begins to hear the others.</summary>
    /// <param name="lastId">What was heard last, from <see cref="IPurgeReceiver.ReceiveAsync"/>; null for nothing.</param>
    /// <param name="receiver">Gets what is heard.</param>
    /// <param name="atMost">How long to wait until all that was said before has been taken in.</param>
    /// <param name="cancel">The start's.</param>
    /// <returns>False when that took too long; it goes on beside.</returns>
    Task<bool> StartAsync(string? lastId, IPurgeReceiver receiver, TimeSpan atMost, CancellationToken cancel);

    /// <summary>Tells the others; returns after one command, or its time-out.</summary>
    ValueTask<PurgeTold> PublishAsync(Purge purge, CancellationToken cancel);

    Task StopAsync();
}
