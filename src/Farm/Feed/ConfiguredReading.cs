namespace Weir.Farm.Feed;

/// <summary>What configuration alone says of a server: the reading before anyone asked it.</summary>
public static class ConfiguredReading
{
    /// <summary>The same arithmetic as the feed's first reading. Asks nobody.</summary>
    /// <param name="address">Any absolute http or https URL of the server.</param>
    /// <param name="options">All of <c>Weir:Farm</c>.</param>
    /// <exception cref="ArgumentException">The address is no such URL.</exception>
    public static FarmReading Of(string address, FarmOptions options)
    {
        var canonical = ServerAddress.Canonical(address) ?? throw new ArgumentException("Not an absolute http or https URL.", nameof(address));
        return new ServerTracker(canonical).Read(TimeSpan.Zero, 0, options);
    }
}
