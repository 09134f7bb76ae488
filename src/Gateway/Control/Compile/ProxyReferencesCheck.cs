namespace Weir.Gateway.Control.Compile;

/// <summary>What YARP would only find out at the first request: a route to no cluster, a server whose address is no URL.</summary>
internal sealed class ProxyReferencesCheck : ICrossCheck
{
    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var settings = candidate.Settings;
        var clusters = settings.ChildrenOf(ProxyCompiler.Clusters);
        foreach (var route in settings.ChildrenOf(ProxyCompiler.Routes))
        {
            var key = $"{ProxyCompiler.Routes}:{route}:ClusterId";
            var cluster = settings.ValueOf(key);
            if (string.IsNullOrEmpty(cluster))
                errors.Add(key, $"{key} is missing; it must name a cluster.", settings.OriginOf($"{ProxyCompiler.Routes}:{route}"));
            else if (!clusters.Contains(cluster))
                errors.Add(key, $"{key} is '{cluster}'; {UnknownName.Hint("cluster", cluster, clusters)}.", settings.OriginOf(key));
        }

        foreach (var (key, setting) in settings.Values)
        {
            if (IsAddress(key.Split(':')) && !IsHttp(setting.Value))
                errors.Add(key, $"{key} is {Scalar.Show(setting.Value)}; expected an absolute http or https URL.", setting.Origin);
        }

        foreach (var server in settings.Values.Keys.Select(ServerOf).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (!settings.Values.ContainsKey(server + ":Address"))
                errors.Add(server + ":Address", $"{server}:Address is missing; expected an absolute http or https URL.", settings.OriginOf(server));
        }
    }

    /// <summary>The path of the server that a key belongs to; null when it belongs to none.</summary>
    private static string? ServerOf(string key) =>
        key.Split(':') is [var proxy, var clusters, _, var destinations, _, ..] path
        && Is(proxy, "ReverseProxy") && Is(clusters, "Clusters") && Is(destinations, "Destinations")
            ? string.Join(':', path[..5])
            : null;

    private static bool IsAddress(string[] key) =>
        key is [var proxy, var clusters, _, var destinations, _, var address]
        && Is(proxy, "ReverseProxy") && Is(clusters, "Clusters") && Is(destinations, "Destinations") && Is(address, "Address");

    private static bool Is(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static bool IsHttp(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0;
}
