namespace Weir.Gateway;

/// <summary>The data plane's order: one line and one reason per stage. What is cheap to refuse is refused first.</summary>
internal static class Pipeline
{
    public static void Use(WebApplication app)
    {
        // A Host that AllowedHosts does not name goes no further.
        app.UseHostFiltering();
        app.MapReverseProxy(proxy =>
        {
            // A session's own server first: it narrows what balancing may pick from.
            proxy.UseSessionAffinity();
            // The balancing policy picks.
            proxy.UseLoadBalancing();
            // Failures of the forwarder feed YARP's passive health.
            proxy.UsePassiveHealthChecks();
        });
    }
}
