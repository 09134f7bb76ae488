using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Throttle.Connections;
using Weir.Policies.Throttle.Explain;

namespace Weir.Policies.Throttle;

/// <summary>Registers the slice and puts it into the pipeline.</summary>
public static class ThrottleExtensions
{
    /// <summary>Adds the throttle, its connection gate and its part of the counters' exchange. Options come from <c>Weir:Throttle</c>.</summary>
    public static IServiceCollection AddThrottle(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ThrottleOptions>, ThrottleOptionsValidator>());
        services.TryAddSingleton<ThrottleMetrics>();
        services.TryAddSingleton<BlockNotices>();
        services.TryAddSingleton<CurrentThrottle>();
        services.TryAddSingleton<ICounterExchange, CounterExchange>();
        services.TryAddSingleton(s => new ThrottleExplainer(s.GetRequiredService<CurrentThrottle>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionGate, ThrottleConnectionGate>());
        return services;
    }

    /// <summary>Counts and refuses. Comes after the client is known and before anything that costs more.</summary>
    public static IApplicationBuilder UseThrottle(this IApplicationBuilder app) => app.UseMiddleware<ThrottleMiddleware>();
}
