using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Weir.Policies.RequestRules;

/// <summary>Registers the slice, teaches Kestrel its part and puts the rest into the pipeline.</summary>
public static class RequestRulesExtensions
{
    /// <summary>Adds the rules. Options come from <c>Weir:RequestRules</c>.</summary>
    public static IServiceCollection AddRequestRules(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RequestRulesOptions>, RequestRulesOptionsValidator>());
        services.TryAddSingleton<CurrentRules>();
        services.TryAddSingleton<RequestRulesMetrics>();
        return services;
    }

    /// <summary>What Kestrel's parser has to hold: Content-Length of digits only, header values as Latin-1, no bare line feeds. Counts at start.</summary>
    public static KestrelServerOptions AddRequestRules(this KestrelServerOptions kestrel)
    {
        KestrelRules.Configure(kestrel);
        return kestrel;
    }

    /// <summary>Judges every request. Comes before all that reads Host, path or headers.</summary>
    public static IApplicationBuilder UseRequestRules(this IApplicationBuilder app) => app.UseMiddleware<RequestRulesMiddleware>();
}
