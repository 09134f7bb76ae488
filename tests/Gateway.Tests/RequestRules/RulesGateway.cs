using System.Net;
using Microsoft.AspNetCore.Builder;
using Weir.Gateway.Tests.Control;
using Weir.Support.Http;

namespace Weir.Gateway.Tests.RequestRules;

/// <summary>A gateway with everything going to one recording origin, Host unchanged and values as Latin-1.</summary>
public sealed class RulesGateway : IAsyncLifetime, IAsyncDisposable
{
    private WebApplication? _app;

    public RecordingOrigin Origin { get; } = new();

    public IPEndPoint EndPoint => new(IPAddress.Loopback, new Uri(Url).Port);

    public string Url => _app!.Urls.Single();

    public IServiceProvider Services => _app!.Services;

    public ValueTask InitializeAsync() => StartAsync([]);

    /// <summary>Starts; no status page is asked for, or the origin would record that too.</summary>
    /// <param name="more">Further command-line settings.</param>
    public async ValueTask StartAsync(params string[] more)
    {
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(
            $$"""
            {"Weir": {"Management": {"Enabled": false}, "Farm": {"StatusPath": null} },
             "ReverseProxy": {
               "Routes": {"all": {"ClusterId": "c", "Match": {"Path": "/{**x}"}, "Transforms": [{"RequestHeaderOriginalHost": "true"}]} },
               "Clusters": {"c": {
                 "HttpClient": {"RequestHeaderEncoding": "latin1", "ResponseHeaderEncoding": "latin1"},
                 "Destinations": {"d": {"Address": "{{Origin.Url}}"} } } } } }
            """);
        _app = GatewayHost.Build(["--config", file, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. more]);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        await Origin.DisposeAsync();
    }
}
