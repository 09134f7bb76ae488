using Weir.Forwarding;
using Weir.Gateway.Admin;
using Weir.Gateway.StatusPages;
using Weir.Policies.Caching;
using Weir.Policies.ClientAddress;
using Weir.Policies.Jail;
using Weir.Policies.RequestRules;
using Weir.Policies.Throttle;

namespace Weir.Gateway;

/// <summary>The data plane's order: one line and one reason per stage. What is cheap to refuse is refused first.</summary>
internal static class Pipeline
{
    public static void Use(WebApplication app)
    {
        // Before anything can answer: while draining every answer says that its connection ends here.
        app.UseDraining();
        // Who the client is, the peer or whom a trusted proxy names: all that follows judges and shares by it.
        app.UseClientAddress();
        // Who is banned costs nothing more.
        app.UseJail();
        // What one client asks for too often ends here, malformed requests counted with the rest.
        app.UseThrottle();
        // What two readers could understand differently is refused, before anything acts on it. Its route is chosen already:
        // WebApplication puts routing in front of all stages, and only the stages that follow use what it found.
        app.UseRequestRules();
        // A Host that AllowedHosts does not name goes no further.
        app.UseHostFiltering();
        // Apache trusts the gateway's address with its status page; clients arrive from there too.
        app.UseHiddenStatus();
        // An endpoint with an authorization policy fails without one that lets it pass; other requests do not pass through it.
        app.UseAuthorizationWhereAsked();
        app.MapReverseProxy(proxy =>
        {
            // What is stored: a fresh answer takes no slot and never waits.
            proxy.UseCaching();
            // A session's own server first: it narrows what balancing may pick from.
            proxy.UseSessionAffinity();
            // The whole upload, before a slot: a slow client holds no worker while it sends.
            proxy.UseUploadCollection();
            // A slot on the server that the balancing policy picks, or a place in the line.
            proxy.UseAdmission();
            // Failures of the forwarder feed YARP's passive health, where a cluster wants it.
            proxy.UsePassiveHealthWhereEnabled();
        });
    }
}
