using Weir.Policies.Caching.Stores;

namespace Weir.Policies.Caching.Tiers;

/// <summary>What stands behind memory.</summary>
/// <param name="Store">Null for nothing.</param>
/// <param name="IsShared">Other gateways write there too.</param>
internal sealed record SecondTier(ICacheStore? Store, bool IsShared)
{
    public static SecondTier None { get; } = new(null, false);
}
