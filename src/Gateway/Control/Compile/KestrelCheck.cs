using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weir.Gateway.Control.Compile;

/// <summary>Names a listener's faults before Kestrel trips over them: URL, port, protocols.</summary>
internal sealed class KestrelCheck : ICrossCheck
{
    private const string Endpoints = "Kestrel:Endpoints";

    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        var settings = candidate.Settings;
        foreach (var name in settings.ChildrenOf(Endpoints))
        {
            var url = $"{Endpoints}:{name}:Url";
            if (settings.ValueOf(url) is not { Length: > 0 } address)
                errors.Add(url, $"{url} is missing; expected http://host:port or https://host:port.", settings.OriginOf($"{Endpoints}:{name}"));
            else if (Fault(address) is { } fault)
                errors.Add(url, $"{url} is '{address}'; {fault}.", settings.OriginOf(url));

            var protocols = $"{Endpoints}:{name}:Protocols";
            if (settings.ValueOf(protocols) is { } text && !Scalar.TryParse(typeof(HttpProtocols), text, out _))
                errors.Add(protocols, $"{protocols} is '{text}'; expected {Scalar.Expectation(typeof(HttpProtocols))}.", settings.OriginOf(protocols));
        }
    }

    private static string? Fault(string address)
    {
        BindingAddress parsed;
        try
        {
            // Kestrel's own reading of an address; it takes a port it cannot read as a part of the host.
            parsed = BindingAddress.Parse(address);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return "expected http://host:port or https://host:port";
        }

        if (parsed.IsUnixPipe || parsed.IsNamedPipe)
            return null;
        if (parsed.Scheme is not ("http" or "https"))
            return "the scheme must be http or https";
        var host = parsed.Host;
        var colon = host.LastIndexOf(':');
        var isPortInHost = colon >= 0 && !host.EndsWith(']') && host.IndexOf(':', StringComparison.Ordinal) == colon;
        if (isPortInHost)
            return "the port must be a whole number from 0 to 65535";
        return parsed.Port is >= 0 and <= 65535
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"the port is {parsed.Port}; allowed: 0 to 65535");
    }
}
