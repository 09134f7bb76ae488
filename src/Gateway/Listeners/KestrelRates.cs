using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weir.Gateway.Listeners;

/// <summary>
/// <c>Kestrel:Limits:MinRequestBodyDataRate</c> and <c>MinResponseDataRate</c>. Their type cannot be changed once made, so .NET's
/// binder leaves the default in place and says nothing.
/// </summary>
internal static class KestrelRates
{
    /// <summary>Takes both over; what one leaves out stays as it is.</summary>
    /// <param name="kestrel">The section Kestrel.</param>
    /// <param name="limits">Where they go.</param>
    /// <exception cref="ArgumentException">A rate that is not above 0, or a grace period of a second or less.</exception>
    /// <exception cref="InvalidOperationException">A value that is no number or no duration.</exception>
    public static void Apply(IConfigurationSection kestrel, KestrelServerLimits limits)
    {
        limits.MinRequestBodyDataRate = Of(kestrel.GetSection("Limits:MinRequestBodyDataRate"), limits.MinRequestBodyDataRate);
        limits.MinResponseDataRate = Of(kestrel.GetSection("Limits:MinResponseDataRate"), limits.MinResponseDataRate);
    }

    private static MinDataRate? Of(IConfigurationSection section, MinDataRate? before)
    {
        if (!section.GetChildren().Any())
            return before;
        return new MinDataRate(
            section.GetValue(nameof(MinDataRate.BytesPerSecond), before?.BytesPerSecond ?? Default.BytesPerSecond),
            section.GetValue(nameof(MinDataRate.GracePeriod), before?.GracePeriod ?? Default.GracePeriod));
    }

    // Kestrel's own.
    private static readonly MinDataRate Default = new(240, TimeSpan.FromSeconds(5));
}
