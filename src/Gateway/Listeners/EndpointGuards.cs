using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weir.Gateway.Listeners.ProxyProtocol;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Listeners;

/// <summary>Puts an <see cref="EndpointGuard"/> in front of every endpoint, also of those that a reload brings.</summary>
internal static class EndpointGuards
{
    private const string Endpoints = "Endpoints";

    /// <summary>To be called once; Kestrel keeps one set of defaults.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="loader">Its reader of <paramref name="section"/>.</param>
    /// <param name="section">The section <c>Kestrel</c>.</param>
    public static void Add(KestrelServerOptions kestrel, KestrelConfigurationLoader loader, IConfigurationSection section)
    {
        var names = new ConditionalWeakTable<ListenOptions, EndpointName>();
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            var name = new EndpointName();
            names.Add(endpoint, name);
            // Kestrel applies the defaults to each endpoint first and then looks for what was said about its name. By now the
            // configuration has all names, also after a reload.
            foreach (var child in section.GetSection(Endpoints).GetChildren())
                loader.Endpoint(child.Key, named => NameOf(named, names));
            endpoint.Use(next => Guard(next, name, endpoint.ApplicationServices));
        });
    }

    private static void NameOf(EndpointConfiguration named, ConditionalWeakTable<ListenOptions, EndpointName> names)
    {
        if (names.TryGetValue(named.ListenOptions, out var name))
            name.Value = named.ConfigSection.Key;
    }

    private static Microsoft.AspNetCore.Connections.ConnectionDelegate Guard(
        Microsoft.AspNetCore.Connections.ConnectionDelegate next, EndpointName name, IServiceProvider services) =>
        new EndpointGuard(
            next,
            name,
            services.GetRequiredService<ProxyProtocolReading>(),
            services.GetRequiredService<IClientRules>(),
            [.. services.GetServices<IConnectionGate>()],
            services.GetRequiredService<ListenerMetrics>(),
            services.GetRequiredService<ILogger<EndpointGuard>>()).OnConnectionAsync;
}
