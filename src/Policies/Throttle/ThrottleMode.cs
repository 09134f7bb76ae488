namespace Weir.Policies.Throttle;

/// <summary>When the count of pages and of the site begins anew.</summary>
public enum ThrottleMode
{
    /// <summary>An interval begins with its first request; the next begins with the first one after its end.</summary>
    Window,

    /// <summary>Only after a silence of at least the interval, as mod_evasive.</summary>
    Gap,
}
