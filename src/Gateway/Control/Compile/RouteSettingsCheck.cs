namespace Weir.Gateway.Control.Compile;

/// <summary>
/// Settings that YARP takes on a route and leaves to middleware that the gateway does not have: each would pass, and then fail
/// every request of its route.
/// </summary>
internal sealed class RouteSettingsCheck : ICrossCheck
{
    private const string NotYet = "the gateway does not have this yet";
    private const string OtherTimeouts = "use HttpRequest:ActivityTimeout of the route's cluster or Weir:Forwarding:TotalTimeout";

    private static readonly (string Name, string Advice)[] Refused =
    [
        ("AuthorizationPolicy", NotYet + ", except 'anonymous'"),
        ("CorsPolicy", NotYet),
        ("OutputCachePolicy", NotYet),
        ("RateLimiterPolicy", NotYet),
        ("Timeout", OtherTimeouts),
        ("TimeoutPolicy", OtherTimeouts),
    ];

    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var settings = candidate.Settings;
        foreach (var route in settings.ChildrenOf(ProxyCompiler.Routes))
        {
            foreach (var (name, advice) in Refused)
            {
                var key = $"{ProxyCompiler.Routes}:{route}:{name}";
                // An empty text is no setting, to YARP too.
                if (settings.ValueOf(key) is { Length: > 0 } value && !IsAnonymous(name, value))
                    errors.Add(key, $"{key} is '{value}'; {advice}.", settings.OriginOf(key));
            }
        }
    }

    private static bool IsAnonymous(string name, string value) =>
        name == "AuthorizationPolicy" && value.Equals("anonymous", StringComparison.OrdinalIgnoreCase);
}
