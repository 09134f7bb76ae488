using Weir.Farm.Feed;

namespace Weir.Gateway.Admin.Facts;

/// <summary>The feed's readings as operators see them.</summary>
internal sealed class FeedFacts(IFarmFeed feed) : IFarmFacts
{
    public ServerFacts? Find(string address) =>
        feed.TryGet(address, out var reading)
            ? new ServerFacts
            {
                Mpm = reading.Mpm?.ToString().ToLowerInvariant(),
                Source = reading.Source.ToString().ToLowerInvariant(),
                Reason = reading.LastError is null ? reading.Reason : $"{reading.Reason}; last poll: {reading.LastError}",
                EffectiveMaxRequestWorkers = reading.EffectiveMaxRequestWorkers,
                KeepAliveTimeout = reading.KeepAliveTimeout,
                Busy = reading.Busy,
                Idle = reading.Idle,
                Foreign = reading.Foreign,
            }
            : null;
}
