using Weir.Forwarding.Admission;
using Weir.Forwarding.Buffering;

namespace Weir.Gateway.Control.Compile;

/// <summary>A section's <c>Routes:{id}</c> names a route that <c>ReverseProxy:Routes</c> has.</summary>
internal sealed class RouteNamesCheck : ICrossCheck
{
    // The sections that have settings by route id.
    private static readonly string[] Sections = [AdmissionOptions.Section, BufferingOptions.Section];

    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var settings = candidate.Settings;
        var routes = settings.ChildrenOf("ReverseProxy:Routes");
        foreach (var section in Sections)
        {
            foreach (var id in settings.ChildrenOf($"{section}:Routes").Where(id => !routes.Contains(id)))
            {
                var key = $"{section}:Routes:{id}";
                errors.Add(key, $"{key} names no route; {UnknownName.Hint("route", id, routes)}.", settings.OriginOf(key));
            }
        }
    }
}
