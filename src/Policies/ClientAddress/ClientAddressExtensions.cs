using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.ClientAddress;

/// <summary>Registers the slice and puts it into the pipeline.</summary>
public static class ClientAddressExtensions
{
    /// <summary>Adds <see cref="IClientRules"/> and <see cref="IProxyProtocolRules"/>. Options come from <c>Weir:ClientAddress</c>.</summary>
    public static IServiceCollection AddClientAddress(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClientAddressOptions>, ClientAddressOptionsValidator>());
        services.TryAddSingleton<CurrentClientRules>();
        services.TryAddSingleton<IClientRules>(static s => s.GetRequiredService<CurrentClientRules>());
        services.TryAddSingleton<IProxyProtocolRules>(static s => s.GetRequiredService<CurrentClientRules>());
        services.TryAddSingleton<ClientAddressMetrics>();
        return services;
    }

    /// <summary>
    /// Sets <see cref="IClientFeature"/> and <see cref="Forwarding.Admission.IClientKeyFeature"/> on every request. Comes before all that
    /// judges or counts clients.
    /// </summary>
    public static IApplicationBuilder UseClientAddress(this IApplicationBuilder app) => app.UseMiddleware<ClientAddressMiddleware>();
}
