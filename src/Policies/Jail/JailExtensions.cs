using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;
using Weir.Policies.Jail.Lines;
using Weir.Policies.Jail.Live;
using Weir.Policies.Jail.Offences;
using Weir.Policies.Jail.State;

namespace Weir.Policies.Jail;

/// <summary>Registers the slice and puts it into the pipeline.</summary>
public static class JailExtensions
{
    /// <summary>Adds <see cref="IBans"/>, <see cref="IOffences"/> and the gate for connections. Options come from <c>Weir:Jail</c>; needs <see cref="IClientRules"/>.</summary>
    public static IServiceCollection AddJail(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CurrentJail>();
        services.TryAddSingleton<JailMetrics>();
        services.TryAddSingleton<BanList>();
        services.TryAddSingleton<IBans>(s => s.GetRequiredService<BanList>());
        services.TryAddSingleton<Sentencing>();
        services.TryAddSingleton<OffenceDesk>();
        services.TryAddSingleton<IOffences>(s => s.GetRequiredService<OffenceDesk>());
        services.TryAddSingleton<LiveQueue>();
        services.TryAddSingleton<BanKeeper>();
        services.TryAddSingleton<IFail2banEngine, Fail2banEngine>();
        services.TryAddSingleton<Fail2banSource>();
        services.TryAddSingleton<LiveJudge>();
        services.TryAddSingleton(s => new JailForecast(
            s.GetRequiredService<IBans>(), s.GetRequiredService<CurrentJail>(), s.GetRequiredService<Sentencing>(), s.GetRequiredService<Fail2banSource>(),
            s.GetRequiredService<IFail2banEngine>(), s.GetRequiredService<IClientRules>()));
        services.TryAddSingleton<FileJudge>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionGate, JailGate>());
        return services;
    }

    /// <summary>Restores the bans before anything listens, keeps them, and judges lines in the background.</summary>
    public static IServiceCollection AddJailServices(this IServiceCollection services)
    {
        services.AddHostedService(s => s.GetRequiredService<BanKeeper>());
        services.AddHostedService(s => s.GetRequiredService<LiveJudge>());
        services.AddHostedService(s => s.GetRequiredService<FileJudge>());
        return services;
    }

    /// <summary>Refuses banned clients. Comes right after the client's address is known.</summary>
    public static IApplicationBuilder UseJail(this IApplicationBuilder app) => app.UseMiddleware<JailMiddleware>();
}
