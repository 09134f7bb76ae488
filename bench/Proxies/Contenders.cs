using System.Diagnostics;
using System.Text.Json.Nodes;
using Weir.Bench.Paths;

namespace Weir.Bench.Proxies;

/// <summary>Which proxies take part, and how each is started in front of the one origin.</summary>
internal sealed class Contenders
{
    private readonly BenchArguments _arguments;

    /// <exception cref="FormatException">An unknown proxy, or a Weir configuration that is not an object.</exception>
    public Contenders(BenchArguments arguments, CertificateFiles certificate)
    {
        (_arguments, Certificate) = (arguments, certificate);
        string[] chosen = arguments.List("proxies", "weir", "nginx", "haproxy", "varnish", "apache", "yarp");
        Names = arguments.Flag("weir2-config") ? [.. chosen.Take(1), "weir2", .. chosen.Skip(1)] : chosen;
    }

    /// <summary>In the order of the tables.</summary>
    public IReadOnlyList<string> Names { get; }

    public CertificateFiles Certificate { get; }

    /// <summary>Weir.Gateway.dll; null for the one next to this program.</summary>
    public string? GatewayAssembly => _arguments.Flag("gateway") ? Path.GetFullPath(_arguments.Text("gateway", "")) : null;

    /// <summary>What the start and the crowd need of a setup: the same for all.</summary>
    public PathOptions Options(int originPort) => new() { ServerPort = originPort, Certificate = Certificate };

    /// <summary>
    /// The <c>Weir</c> section of one of the Weirs: the defaults, and how much the origin takes, or every request above 149 would
    /// wait in line; the others are given no limit.
    /// </summary>
    public JsonObject Section(string name, int originPort)
    {
        var option = name == "weir2" ? "weir2-config" : "weir-config";
        if (!_arguments.Flag(option))
        {
            return (JsonObject)JsonNode.Parse($$"""
                { "Farm": { "StatusPath": null, "Servers": [ { "Address": "http://127.0.0.1:{{originPort}}", "MaxRequestWorkers": 8192, "Mpm": "Worker" } ] } }
                """)!;
        }

        var file = _arguments.Text(option, "");
        return JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? throw new FormatException($"--{option}: {file} is not a JSON object.");
    }

    /// <summary>Starts one, in front of the origin.</summary>
    public async Task<IPath> StartAsync(string name, int originPort) => name switch
    {
        "weir" or "weir2" => await WeirPath.StartAsync(Options(originPort), name, Section(name, originPort), GatewayAssembly),
        "nginx" => await NginxPath.StartAsync(Options(originPort)),
        "haproxy" => await HaproxyPath.StartAsync(Options(originPort)),
        "varnish" => await VarnishPath.StartAsync(Options(originPort)),
        "apache" => await ApachePath.StartAsync(Options(originPort)),
        "yarp" => await YarpPath.StartAsync(Options(originPort)),
        _ => throw new UnreachableException(name),
    };
}
