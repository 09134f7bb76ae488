using System.Net;
using System.Text.Json.Nodes;
using Weir.Support;

namespace Weir.Bench.Paths;

/// <summary>The gateway of this repository, in its own process.</summary>
internal sealed class WeirPath : IPath
{
    private readonly GatewayProcess _gateway;

    private WeirPath(GatewayProcess gateway) => _gateway = gateway;

    public string Name { get; private init; } = "weir";

    public IPEndPoint EndPoint => _gateway.EndPoint;

    public IPEndPoint? TlsEndPoint { get; private init; }

    public int? Pid => _gateway.Pid;

    public GatewayProcess Gateway => _gateway;

    /// <summary>One route to one cluster with the given servers.</summary>
    /// <param name="apachePorts">Loopback ports.</param>
    /// <param name="weir">The <c>Weir</c> section; null for the defaults.</param>
    public static async Task<WeirPath> StartAsync(IReadOnlyList<int> apachePorts, JsonObject? weir = null) =>
        new(await GatewayProcess.StartAsync(Configuration(apachePorts, weir)));

    /// <summary>One route to one server, with TLS if that is asked for.</summary>
    /// <param name="name">In the report; two variants can run beside each other.</param>
    /// <param name="weir">The <c>Weir</c> section; null for the defaults.</param>
    /// <param name="assembly">Weir.Gateway.dll; null for the one next to this program.</param>
    public static async Task<WeirPath> StartAsync(PathOptions options, string name = "weir", JsonObject? weir = null, string? assembly = null)
    {
        var path = new WeirPath(await GatewayProcess.StartAsync(Configuration(options, weir), assembly: assembly))
        {
            Name = name,
            TlsEndPoint = options.Certificate is null ? null : new IPEndPoint(IPAddress.Loopback, options.TlsPort),
        };
        if (path.TlsEndPoint is null || await Listening.WaitAsync(path.TlsEndPoint, () => path.Gateway.HasExited))
            return path;
        var log = string.Join('\n', path.Gateway.Log);
        await path.DisposeAsync();
        throw new InvalidOperationException($"{name} does not listen with TLS:\n{log}");
    }

    /// <summary>appsettings.json for one server.</summary>
    public static JsonObject Configuration(PathOptions options, JsonObject? weir = null)
    {
        var whole = Configuration([options.ServerPort], weir);
        var endpoints = new JsonObject { ["Http"] = new JsonObject { ["Url"] = $"http://127.0.0.1:{options.Port}" } };
        if (options.Certificate is { } files)
        {
            endpoints["Https"] = new JsonObject
            {
                ["Url"] = $"https://127.0.0.1:{options.TlsPort}",
                ["Certificate"] = new JsonObject { ["Path"] = files.Certificate, ["KeyPath"] = files.Key },
            };
        }

        whole["Kestrel"] = new JsonObject { ["Endpoints"] = endpoints };
        return whole;
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private static JsonObject Configuration(IReadOnlyList<int> apachePorts, JsonObject? weir)
    {
        var destinations = new JsonObject();
        foreach (var port in apachePorts)
            destinations[$"apache-{port}"] = new JsonObject { ["Address"] = $"http://127.0.0.1:{port}/" };
        return new JsonObject
        {
            ["Logging"] = JsonNode.Parse("""{ "LogLevel": { "Default": "Warning" } }"""),
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = JsonNode.Parse("""{ "all": { "ClusterId": "farm", "Match": { "Path": "/{**rest}" } } }"""),
                ["Clusters"] = new JsonObject { ["farm"] = new JsonObject { ["Destinations"] = destinations } },
            },
            ["Weir"] = weir?.DeepClone() ?? new JsonObject(),
        };
    }
}
