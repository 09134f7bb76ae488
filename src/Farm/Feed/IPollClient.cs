namespace Weir.Farm.Feed;

/// <summary>Asks a server for a small page.</summary>
internal interface IPollClient
{
    /// <summary>The body of a 200 answer, or why there was none. Throws only when <paramref name="stop"/> is cancelled.</summary>
    Task<PollAnswer> GetAsync(Uri address, int maxBytes, TimeSpan timeout, CancellationToken stop);
}
