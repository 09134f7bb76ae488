using Weir.Forwarding.Admission;

namespace Weir.Gateway.Control.Compile;

/// <summary><c>Weir:Admission:Routes:{id}</c> names a route that <c>ReverseProxy:Routes</c> has.</summary>
internal sealed class AdmissionRoutesCheck : ICrossCheck
{
    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var routes = candidate.Settings.ChildrenOf("ReverseProxy:Routes");
        var admission = (AdmissionOptions)candidate.Options[AdmissionOptions.Section];
        foreach (var id in admission.Routes.Keys.Where(id => !routes.Contains(id)))
        {
            var key = $"{AdmissionOptions.Section}:Routes:{id}";
            errors.Add(key, $"{key} names no route; {UnknownName.Hint("route", id, routes)}.", candidate.Settings.OriginOf(key));
        }
    }
}
