namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>Takes in what other gateways purged.</summary>
internal interface IPurgeReceiver
{
    /// <summary>One call at a time, in the order of the stream.</summary>
    /// <param name="purges">Their times are by this gateway's clock.</param>
    /// <param name="lastId">Where the next reading begins, once these are taken in.</param>
    /// <param name="unknownBefore">Null, or the time up to which purges may be missing, milliseconds since 1970 UTC by this gateway's clock.</param>
    /// <param name="cancel">The stop's.</param>
    ValueTask ReceiveAsync(IReadOnlyList<Purge> purges, string lastId, long? unknownBefore, CancellationToken cancel);

    /// <summary>All that was said so far is taken in.</summary>
    void CaughtUp();
}
