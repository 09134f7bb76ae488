using Weir.Policies.Throttle;

namespace Weir.Gateway.Control.Compile;

/// <summary>Routes that the throttle's rules name exist, and AspNetCoreRateLimit's sections can be read where they are to be imported.</summary>
internal sealed class ThrottleCheck : ICrossCheck
{
    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var settings = candidate.Settings;
        var routes = settings.ChildrenOf(ProxyCompiler.Routes);
        // By the settings' own numbers: a list that is laid over another may have gaps.
        foreach (var number in settings.ChildrenOf($"{ThrottleOptions.Section}:Rules"))
        {
            var key = $"{ThrottleOptions.Section}:Rules:{number}:Route";
            if (settings.ValueOf(key) is { Length: > 0 } route && !routes.Contains(route))
                errors.Add(key, $"{key} is '{route}', which names no route; {UnknownName.Hint("route", route, routes)}.", settings.OriginOf(key));
        }

        if (candidate.Options.GetValueOrDefault(ThrottleOptions.Section) is not ThrottleOptions { Enabled: true, ImportIpRateLimiting: true })
            return;
        foreach (var fault in ThrottleFaults.InImportedSections(settings.ToConfiguration()))
        {
            var key = fault.Split(' ', 2)[0];
            errors.Add(key, fault, settings.OriginOf(key));
        }
    }
}
