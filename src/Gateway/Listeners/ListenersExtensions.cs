using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weir.Gateway.Listeners.ProxyProtocol;
using Weir.Policies.RequestRules;

namespace Weir.Gateway.Listeners;

/// <summary>Kestrel as ASP.NET Core sets it up by default, with its limits from the configuration too.</summary>
internal static class ListenersExtensions
{
    /// <summary>
    /// Listens on <c>Kestrel:Endpoints</c>, or on <c>--urls</c>; follows reloads. Each connection passes the gates before TLS. The rest of <c>Kestrel</c>, its limits above
    /// all, counts at start. <c>AllowedHosts</c> filters as usual.
    /// </summary>
    public static void AddListeners(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrel((context, kestrel) =>
        {
            var section = context.Configuration.GetSection("Kestrel");
            var loader = kestrel.AddRequestRules().Configure(section, reloadOnChange: true);
            EndpointGuards.Add(kestrel, loader, section);
        });
        builder.Services.AddSingleton<ListenerMetrics>();
        builder.Services.AddSingleton<ProxyProtocolReading>();
        // Configure above takes endpoints and certificates only; limits, AddServerHeader and the like are plain options.
        builder.Services.Configure<KestrelServerOptions>(builder.Configuration.GetSection("Kestrel"));
        builder.Services.Configure<KestrelServerOptions>(kestrel => KestrelRates.Apply(builder.Configuration.GetSection("Kestrel"), kestrel.Limits));
        builder.Services.AddRouting();
        builder.Services.AddHostFiltering(_ => { });
        builder.Services.AddOptions<HostFilteringOptions>().Configure<IConfiguration>((options, configuration) =>
            options.AllowedHosts = configuration["AllowedHosts"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } hosts ? hosts : ["*"]);
        builder.Services.AddSingleton<Microsoft.Extensions.Options.IOptionsChangeTokenSource<HostFilteringOptions>>(
            new Microsoft.Extensions.Options.ConfigurationChangeTokenSource<HostFilteringOptions>(builder.Configuration));
    }
}
