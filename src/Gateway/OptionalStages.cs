using Microsoft.AspNetCore.Authorization;
using Yarp.ReverseProxy.Health;

namespace Weir.Gateway;

/// <summary>Stages that most requests have no use for and would still pay for.</summary>
internal static class OptionalStages
{
    /// <summary>
    /// Authorization for endpoints with a policy. ASP.NET Core would put its middleware in front of everything by itself, which
    /// costs each request more than its routing.
    /// </summary>
    public static IApplicationBuilder UseAuthorizationWhereAsked(this IApplicationBuilder app)
    {
        // The name under which WebApplication looks whether somebody has seen to it.
        app.Properties["__AuthorizationMiddlewareSet"] = true;
        return app.UseWhen(
            static context => context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null,
            static branch => branch.UseAuthorization());
    }

    /// <summary>YARP's passive health for the clusters that have it enabled.</summary>
    public static IApplicationBuilder UsePassiveHealthWhereEnabled(this IApplicationBuilder proxy) =>
        proxy.UseWhen(
            static context => context.GetReverseProxyFeature().Cluster.Config.HealthCheck?.Passive?.Enabled == true,
            static branch => branch.UseMiddleware<PassiveHealthCheckMiddleware>());
}
