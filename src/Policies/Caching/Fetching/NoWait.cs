using Weir.Forwarding.Admission;

namespace Weir.Policies.Caching.Fetching;

/// <summary>See <see cref="INoWaitFeature"/>.</summary>
internal sealed class NoWait : INoWaitFeature
{
    public static NoWait Instance { get; } = new();
}
