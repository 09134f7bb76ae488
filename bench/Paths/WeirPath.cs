using System.Net;
using System.Text.Json.Nodes;
using Weir.Support;

namespace Weir.Bench.Paths;

/// <summary>The gateway of this repository, in its own process.</summary>
internal sealed class WeirPath : IPath
{
    private readonly GatewayProcess _gateway;

    private WeirPath(GatewayProcess gateway) => _gateway = gateway;

    public string Name => "weir";

    public IPEndPoint EndPoint => _gateway.EndPoint;

    public int? Pid => _gateway.Pid;

    public GatewayProcess Gateway => _gateway;

    /// <summary>One route to one cluster with the given servers.</summary>
    /// <param name="apachePorts">Loopback ports.</param>
    /// <param name="weir">The <c>Weir</c> section; null for the defaults.</param>
    public static async Task<WeirPath> StartAsync(IReadOnlyList<int> apachePorts, JsonObject? weir = null)
    {
        var destinations = new JsonObject();
        foreach (var port in apachePorts)
            destinations[$"apache-{port}"] = new JsonObject { ["Address"] = $"http://127.0.0.1:{port}/" };
        return new WeirPath(await GatewayProcess.StartAsync(new JsonObject
        {
            ["Logging"] = JsonNode.Parse("""{ "LogLevel": { "Default": "Warning" } }"""),
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = JsonNode.Parse("""{ "all": { "ClusterId": "farm", "Match": { "Path": "/{**rest}" } } }"""),
                ["Clusters"] = new JsonObject { ["farm"] = new JsonObject { ["Destinations"] = destinations } },
            },
            ["Weir"] = weir?.DeepClone() ?? new JsonObject(),
        }));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
