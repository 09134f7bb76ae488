namespace Weir.Policies.Throttle.Imports;

/// <summary>One rule of AspNetCoreRateLimit.</summary>
/// <param name="Endpoint">As written: <c>*</c>, <c>*:/api/*</c>, <c>get:/path</c>.</param>
/// <param name="Period">Its length.</param>
/// <param name="Limit">Requests; 0 refuses all.</param>
internal sealed record RateLimitRule(string Endpoint, TimeSpan Period, long Limit)
{
    /// <summary>Method and path of an endpoint; null for any.</summary>
    public static (string? Method, string? Path) Split(string endpoint)
    {
        if (endpoint == "*")
            return (null, null);
        var colon = endpoint.IndexOf(':', StringComparison.Ordinal);
        var method = endpoint[..colon];
        var path = endpoint[(colon + 1)..];
        return (method == "*" ? null : method, path == "*" ? null : path);
    }

    /// <summary>True for <c>*</c> and for a method or <c>*</c>, a colon, and a path or <c>*</c>.</summary>
    public static bool IsEndpoint(string? text)
    {
        if (text == "*")
            return true;
        if (text is not { Length: <= 512 })
            return false;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon + 1 < text.Length && (text[colon + 1] is '/' or '*') && (text[..colon] == "*" || text[..colon].All(char.IsAsciiLetter));
    }
}
