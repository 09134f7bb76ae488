using System.Net;

namespace Weir.Policies.Firewall;

/// <summary>What the kernel is told of a ban.</summary>
/// <param name="Network">In its normal form.</param>
/// <param name="Until">When it ends; null never.</param>
public readonly record struct KernelBan(IPNetwork Network, DateTimeOffset? Until)
{
    /// <summary>Ten years. What is longer counts as for ever.</summary>
    public const long MaxSeconds = 315_360_000;

    /// <summary>Whole seconds left, at least 1, so that the kernel never lifts a ban before the gateway does; null for ever.</summary>
    public long? SecondsLeft(DateTimeOffset now)
    {
        if (Until is not { } until)
            return null;
        var seconds = (long)Math.Ceiling((until - now).TotalSeconds);
        return seconds > MaxSeconds ? null : Math.Max(1, seconds);
    }
}
