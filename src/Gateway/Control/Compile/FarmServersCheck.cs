using Weir.Farm.Feed;
using Weir.Forwarding.Slots;

namespace Weir.Gateway.Control.Compile;

/// <summary>
/// <c>Weir:Farm:Servers:{n}:Address</c> names a server that a cluster sends to. Otherwise a limit that somebody set would
/// silently hold for nobody.
/// </summary>
internal sealed class FarmServersCheck : ICrossCheck
{
    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var settings = candidate.Settings;
        var destinations = settings.ChildrenOf(ProxyCompiler.Clusters)
            .Select(cluster => $"{ProxyCompiler.Clusters}:{cluster}:Destinations")
            .SelectMany(path => settings.ChildrenOf(path).Select(server => settings.ValueOf($"{path}:{server}:Address")))
            .Select(Canonical)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        // By the settings' own numbers: a list that is laid over another may have gaps, which the bound list has not.
        foreach (var number in settings.ChildrenOf($"{FarmOptions.Section}:Servers"))
        {
            var key = $"{FarmOptions.Section}:Servers:{number}:Address";
            var address = settings.ValueOf(key);
            if (Canonical(address) is { } server && !destinations.Contains(server))
                errors.Add(key, $"{key} is '{address}', which no cluster has as a destination; {UnknownName.Hint("server", server, destinations)}.", settings.OriginOf(key));
        }
    }

    // What is no URL is another check's fault.
    private static string? Canonical(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? ServerDirectory.Canonical(address)
            : null;
}
