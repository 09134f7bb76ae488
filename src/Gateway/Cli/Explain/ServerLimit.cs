using Weir.Farm.Feed;

namespace Weir.Gateway.Cli.Explain;

/// <summary>What one server may take and why.</summary>
/// <param name="Limit">Slots; null when the answer did not say.</param>
/// <param name="Source">Where the limit comes from.</param>
/// <param name="Reason">The arithmetic.</param>
/// <param name="InFlight">Requests that hold a slot now; null when the gateway was not asked.</param>
internal sealed record ServerLimit(long? Limit, string Source, string Reason, long? InFlight = null)
{
    /// <summary>What <c>Weir:Farm</c> says, until the feed has read the server.</summary>
    public static ServerLimit Configured(string address, FarmOptions options)
    {
        var reading = ConfiguredReading.Of(address, options);
        return new ServerLimit(reading.Limit, reading.Source.ToString().ToLowerInvariant(), reading.Reason);
    }
}
