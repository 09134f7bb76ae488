namespace Weir.Forwarding;

/// <summary>The immutable form of <see cref="ForwardingOptions"/>. A request keeps the one that it started with.</summary>
internal sealed record ForwardingRules(
    TimeSpan ConnectTimeout,
    TimeSpan SendTimeout,
    TimeSpan ReadTimeout,
    TimeSpan? TotalTimeout,
    TimeSpan UpgradeIdleTimeout,
    TimeSpan UpgradeDrainTimeout,
    bool UseStockForwarder)
{
    public static ForwardingRules Of(ForwardingOptions options) => new(
        options.ConnectTimeout,
        options.SendTimeout,
        options.ReadTimeout,
        options.TotalTimeout,
        options.UpgradeIdleTimeout,
        options.UpgradeDrainTimeout,
        options.UseStockForwarder);
}
