using Weir.Gateway.Control.Sources;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Control.Compile;

/// <summary>
/// Reads the <c>ReverseProxy</c> section with YARP's own loader and checks it with YARP's own validator, which knows the
/// policies that we register. Both stop at their first fault or leave the key out, so each value's type is checked before,
/// and what the loader refuses is then loaded route by route and cluster by cluster.
/// </summary>
/// <param name="validator">YARP's, out of a container that has all of our policies.</param>
internal sealed class ProxyCompiler(IConfigValidator validator)
{
    public const string Routes = "ReverseProxy:Routes";
    public const string Clusters = "ReverseProxy:Clusters";

    /// <summary>Makes routes and clusters; what could not be made is left out and has a fault.</summary>
    public async Task<(IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters)> CompileAsync(
        Settings settings, IConfiguration configuration, ErrorList errors)
    {
        var before = errors.Count;
        CheckTypes(configuration, settings, errors);
        var routes = new List<RouteConfig>();
        var clusters = new List<ClusterConfig>();
        if (errors.Count > before || !TryLoad(configuration, routes, clusters, out _))
        {
            routes.Clear();
            clusters.Clear();
            LoadOneByOne(settings, routes, clusters, errors);
        }

        foreach (var route in routes)
            Report($"{Routes}:{route.RouteId}", await validator.ValidateRouteAsync(route), settings, errors);
        foreach (var cluster in clusters)
            Report($"{Clusters}:{cluster.ClusterId}", await validator.ValidateClusterAsync(cluster), settings, errors);
        return (routes, clusters);
    }

    private static void CheckTypes(IConfiguration configuration, Settings settings, ErrorList errors)
    {
        var binder = new StrictBinder(settings, errors, ignoresUnknownKeys: true);
        foreach (var route in configuration.GetSection(Routes).GetChildren())
            binder.Bind(route, typeof(RouteConfig));
        foreach (var cluster in configuration.GetSection(Clusters).GetChildren())
            binder.Bind(cluster, typeof(ClusterConfig));
    }

    private static bool TryLoad(IConfiguration configuration, List<RouteConfig> routes, List<ClusterConfig> clusters, out string? fault)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddReverseProxy().LoadFromConfig(configuration.GetSection("ReverseProxy"));
        using var provider = services.BuildServiceProvider();
        try
        {
            var loaded = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
            routes.AddRange(loaded.Routes);
            clusters.AddRange(loaded.Clusters);
            fault = null;
            return true;
        }
        catch (Exception e)
        {
            // The loader has no error type of its own: whatever the conversion of a value throws comes through.
            fault = e.Message;
            return false;
        }
    }

    private static void LoadOneByOne(Settings settings, List<RouteConfig> routes, List<ClusterConfig> clusters, ErrorList errors)
    {
        var paths = settings.ChildrenOf(Routes).Select(id => $"{Routes}:{id}")
            .Concat(settings.ChildrenOf(Clusters).Select(id => $"{Clusters}:{id}"));
        foreach (var path in paths)
        {
            if (!TryLoad(settings.Only(path).ToConfiguration(), routes, clusters, out var fault) && !errors.HasUnder(path))
                errors.Add(path, $"{path} cannot be read: {fault}", settings.OriginOf(path));
        }
    }

    private static void Report(string path, IList<Exception> faults, Settings settings, ErrorList errors)
    {
        foreach (var fault in faults)
            errors.Add(path, $"{path}: {fault.Message}", settings.OriginOf(path));
    }
}
