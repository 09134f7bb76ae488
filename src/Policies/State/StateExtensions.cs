using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>Registers the slice.</summary>
public static class StateExtensions
{
    /// <summary>
    /// Adds what gateways share. Options come from <c>Weir:State</c>. An <see cref="IBans"/> and an <see cref="ICounterExchange"/>
    /// are shared where they are registered; without a store <see cref="IReplicas.Live"/> is 1 and nothing runs.
    /// </summary>
    public static IServiceCollection AddState(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StateOptions>, StateOptionsValidator>());
        services.TryAddSingleton<RedisMetrics>();
        services.TryAddSingleton<StateMetrics>();
        services.TryAddSingleton<LiveReplicas>();
        services.TryAddSingleton<IReplicas>(s => s.GetRequiredService<LiveReplicas>());
        services.TryAddSingleton<SharedState>();
        services.TryAddSingleton<ISharedState>(s => s.GetRequiredService<SharedState>());
        services.TryAddSingleton<ISharedRedis>(s => s.GetRequiredService<SharedState>());
        services.TryAddSingleton<BanOutbox>();
        services.AddSingleton<IBanObserver>(s => s.GetRequiredService<BanOutbox>());
        services.AddHostedService<StateService>();
        return services;
    }
}
