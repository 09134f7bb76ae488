using Weir.Policies.ClientAddress;

namespace Weir.Gateway.Control.Compile;

/// <summary>
/// <c>Weir:ClientAddress:ProxyProtocol:Endpoints</c> names endpoints that Kestrel has. Otherwise a listener that was meant to be the load
/// balancer's alone would silently be open to everybody.
/// </summary>
internal sealed class ProxyEndpointsCheck : ICrossCheck
{
    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        const string list = $"{ClientAddressOptions.Section}:ProxyProtocol:Endpoints";
        var settings = candidate.Settings;
        var known = settings.ChildrenOf("Kestrel:Endpoints").ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var number in settings.ChildrenOf(list))
        {
            var key = $"{list}:{number}";
            if (settings.ValueOf(key) is { } name && name != "*" && !string.IsNullOrWhiteSpace(name) && !known.Contains(name))
                errors.Add(key, $"{key} is '{name}', which Kestrel:Endpoints does not have; {UnknownName.Hint("endpoint", name, known)}.", settings.OriginOf(key));
        }
    }
}
