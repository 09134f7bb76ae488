using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Control.Publish;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Tests.Control;

/// <summary>Measures a reload on a gateway that listens on a free port.</summary>
internal static class ReloadTiming
{
    /// <summary>Starts a gateway with a farm, changes every server's address and reloads.</summary>
    /// <param name="clusters">Clusters, each with its own route.</param>
    /// <param name="serversEach">Servers of each cluster.</param>
    /// <returns>From the read of the changed file until everything is published.</returns>
    public static async Task<TimeSpan> MeasureAsync(int clusters, int serversEach)
    {
        var directory = Directory.CreateTempSubdirectory("weir-reload-");
        try
        {
            var file = Path.Combine(directory.FullName, "weir.json");
            await File.WriteAllTextAsync(file, Farm(clusters, serversEach, port: 8001));
            string[] arguments = ["--config", file, "--urls", "http://127.0.0.1:0", "--Weir:Management:Enabled=false", "--Logging:LogLevel:Default=None"];
            await using var gateway = GatewayHost.Build(arguments);
            await gateway.StartAsync();
            await File.WriteAllTextAsync(file, Farm(clusters, serversEach, port: 8002));
            var publisher = gateway.Services.GetRequiredService<ConfigurationPublisher>();
            var started = Stopwatch.GetTimestamp();
            var isPublished = await publisher.ReloadAsync(SettingsSources.From(arguments).Take(), CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(started);
            await gateway.StopAsync();
            return isPublished ? took : throw new InvalidOperationException(string.Join(Environment.NewLine, publisher.LastErrors));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Farm(int clusters, int serversEach, int port)
    {
        var routes = Enumerable.Range(0, clusters).Select(c =>
            $$$"""  "r{{{c}}}": {"ClusterId": "c{{{c}}}", "Match": {"Path": "/{{{c}}}/{**rest}", "Hosts": ["h{{{c}}}.example"]}}""");
        var farm = Enumerable.Range(0, clusters).Select(c =>
        {
            var servers = Enumerable.Range(0, serversEach).Select(s => string.Create(
                CultureInfo.InvariantCulture,
                $$$"""    "s{{{s}}}": {"Address": "http://127.{{{1 + (c / 250)}}}.{{{c % 250}}}.{{{1 + s}}}:{{{port}}}", "Metadata": {"Weir.Weight": "10"}}"""));
            return $$$"""  "c{{{c}}}": {"Destinations": { {{{string.Join(",\n", servers)}}} }}""";
        });
        return new StringBuilder("{\"ReverseProxy\": {\"Routes\": {\n").AppendJoin(",\n", routes)
            .Append("},\n\"Clusters\": {\n").AppendJoin(",\n", farm).Append("}}}\n").ToString();
    }
}
