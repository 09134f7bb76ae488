using Weir.Forwarding;
using Weir.Gateway.Control.Feed;
using Weir.Policies.Balancing;

namespace Weir.Gateway;

/// <summary>Composes the gateway. The order of the data plane stands in <see cref="Pipeline"/>.</summary>
public static class GatewayHost
{
    /// <summary>Builds the host; nothing listens yet.</summary>
    /// <param name="args">Configuration arguments as ASP.NET Core takes them: <c>--Weir:Admission:MaxWait=00:00:05</c>.</param>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddForwarding();
        builder.Services.AddBalancing();
        builder.Services.AddFarmFeed();
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));

        var app = builder.Build();
        Pipeline.Use(app);
        return app;
    }
}
