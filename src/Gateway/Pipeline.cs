using Weir.Gateway.Admin;

namespace Weir.Gateway;

/// <summary>The data plane's order: one line and one reason per stage. What is cheap to refuse is refused first.</summary>
internal static class Pipeline
{
    public static void Use(WebApplication app)
    {
        // Answers of a gateway that ends send the client elsewhere, whoever answers.
        app.UseDraining();
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
