using Weir.Forwarding;

namespace Weir.Gateway;

/// <summary>The data plane's order: one line and one reason per stage. What is cheap to refuse is refused first.</summary>
internal static class Pipeline
{
    public static void Use(WebApplication app)
    {
        app.MapReverseProxy(proxy =>
        {
            // A session's own server first: it narrows what balancing may pick from.
            proxy.UseSessionAffinity();
            // A slot on the server that the balancing policy picks, or a place in the line.
            proxy.UseAdmission();
            // Failures of the forwarder feed YARP's passive health.
            proxy.UsePassiveHealthChecks();
        });
    }
}
