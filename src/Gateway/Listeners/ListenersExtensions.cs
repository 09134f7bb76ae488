using Microsoft.AspNetCore.HostFiltering;

namespace Weir.Gateway.Listeners;

/// <summary>Kestrel as ASP.NET Core sets it up by default.</summary>
internal static class ListenersExtensions
{
    /// <summary>Listens on <c>Kestrel:Endpoints</c>, or on <c>--urls</c>; follows reloads. <c>AllowedHosts</c> filters as usual.</summary>
    public static void AddListeners(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrel((context, kestrel) =>
            kestrel.Configure(context.Configuration.GetSection("Kestrel"), reloadOnChange: true));
        builder.Services.AddRouting();
        builder.Services.AddHostFiltering(_ => { });
        builder.Services.AddOptions<HostFilteringOptions>().Configure<IConfiguration>((options, configuration) =>
            options.AllowedHosts = configuration["AllowedHosts"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } hosts ? hosts : ["*"]);
        builder.Services.AddSingleton<Microsoft.Extensions.Options.IOptionsChangeTokenSource<HostFilteringOptions>>(
            new Microsoft.Extensions.Options.ConfigurationChangeTokenSource<HostFilteringOptions>(builder.Configuration));
    }
}
