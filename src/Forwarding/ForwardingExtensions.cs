using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding;

/// <summary>Registers slots and the waiting line.</summary>
public static class ForwardingExtensions
{
    /// <summary>Adds the server directory and admission. Options come from <c>Weir:Admission</c>.</summary>
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.AddSingleton<ServerDirectory>();
        return services;
    }
}
