using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weir.Gateway.Listeners;

namespace Weir.Gateway.Control.Compile;

/// <summary>
/// <c>Kestrel:Limits</c> and the plain switches of <c>Kestrel</c>. ASP.NET Core's binder skips what it does not know and
/// would throw at start for what it cannot read, one value at a time.
/// </summary>
internal sealed class KestrelOptionsCheck : ICrossCheck
{
    private const string Kestrel = "Kestrel";
    private const string Limits = "Kestrel:Limits";

    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var settings = candidate.Settings;
        var before = errors.Count;
        CheckNames(Limits, typeof(KestrelServerLimits), candidate, errors);
        if (errors.Count > before)
            return;
        var plain = PropertiesOf(typeof(KestrelServerOptions)).Where(p => p.PropertyType == typeof(bool)).Select(p => $"{Kestrel}:{p.Name}");
        foreach (var key in plain.Concat(settings.ChildrenOf(Limits).Select(n => $"{Limits}:{n}")))
        {
            if (Fault(candidate, key) is { } fault)
                errors.Add(key, $"{key} is {Scalar.Show(settings.ValueOf(key))}; {fault}", settings.OriginOf(key));
        }
    }

    private static void CheckNames(string section, Type type, CompiledConfiguration candidate, ErrorList errors)
    {
        var known = PropertiesOf(type).ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        foreach (var name in candidate.Settings.ChildrenOf(section))
        {
            var key = $"{section}:{name}";
            if (!known.TryGetValue(name, out var inner))
                errors.Add(key, $"{key} is unknown; the nearest known key is {NearestKey.Of(name, known.Keys)}.", candidate.Settings.OriginOf(key));
            else if (inner.IsClass && inner != typeof(string))
                CheckNames(key, inner, candidate, errors);
        }
    }

    private static string? Fault(CompiledConfiguration candidate, string key)
    {
        try
        {
            var section = candidate.Settings.Only(key).ToConfiguration().GetSection(Kestrel);
            var options = new KestrelServerOptions();
            section.Bind(options);
            KestrelRates.Apply(section, options.Limits);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or TargetInvocationException or ArgumentException)
        {
            // The inner one says why: what the converter or Kestrel's own setter threw.
            var reason = e.GetBaseException().Message.Split('\n')[0].TrimEnd('\r', '.');
            return $"Kestrel refuses it: {reason}.";
        }
    }

    private static PropertyInfo[] PropertiesOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
}
