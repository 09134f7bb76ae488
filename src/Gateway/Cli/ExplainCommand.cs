using System.CommandLine;
using System.Net;
using System.Text.Json;
using Weir.Farm.Feed;
using Weir.Gateway.Admin;
using Weir.Gateway.Admin.Edge;
using Weir.Gateway.Cli.Explain;
using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Sources;
using Weir.Gateway.StatusPages;

namespace Weir.Gateway.Cli;

/// <summary>
/// <c>weir explain &lt;url&gt;</c>: which route, cluster, servers and limits a request would meet, and which counters and jails it would
/// touch. Exit 1 when no route takes it.
/// </summary>
internal static class ExplainCommand
{
    /// <summary>For whom it explains when nobody says: an address that documentation may use (RFC 5737).</summary>
    public const string ExampleClient = "192.0.2.1";

    // A gateway may have to compile the filters of its Fail2ban jails first.
    private static readonly TimeSpan EdgePatience = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var url = new Argument<string>("url") { Description = "As the client would ask for it: https://shop.example.org/cart?id=1" };
        var config = ConfigOption.Create();
        var method = new Option<string>("--method") { Description = "HTTP method", DefaultValueFactory = _ => "GET" };
        var header = new Option<string[]>("--header") { Description = "Request header, 'Name: value'; may be given several times." };
        var client = new Option<string?>("--client") { Description = "Address of the client; its counters and its ban are shown.", HelpName = "ADDRESS" };
        var status = new Option<int?>("--status") { Description = "How the servers answer; without it, 200, 401, 403 and 404 are tried on the jails." };
        var management = new Option<string>("--management")
        {
            Description = "Management listener of a running gateway, for live numbers.",
            DefaultValueFactory = _ => "http://127.0.0.1:9090",
        };
        var tokenFile = ManagementToken.CreateOption();
        var command = new Command("explain", "Show what would become of a request.")
        {
            url, config, method, header, client, status, management, tokenFile,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            if (!Uri.TryCreate(parsed.GetValue(url), UriKind.Absolute, out var asked) || asked.Scheme is not ("http" or "https"))
                return await FailAsync(error, $"{parsed.GetValue(url)} is no absolute http or https URL.");
            if (!Uri.TryCreate(parsed.GetValue(management), UriKind.Absolute, out var listener) || listener.Scheme is not ("http" or "https"))
                return await FailAsync(error, $"--management {parsed.GetValue(management)} is no absolute http or https URL.");
            if (!IPAddress.TryParse(parsed.GetValue(client) ?? ExampleClient, out var who))
                return await FailAsync(error, $"--client {parsed.GetValue(client)} is no IPv4 or IPv6 address.");
            if (parsed.GetValue(status) is < 100 or > 599)
                return await FailAsync(error, $"--status is {parsed.GetValue(status)}; allowed: 100 to 599.");
            var token = ManagementToken.Read(parsed.GetValue(tokenFile));
            if (parsed.GetValue(tokenFile) is { } file && token is null)
                return await FailAsync(error, $"--token-file {file} cannot be read or holds no token.");
            var headers = new List<KeyValuePair<string, string>>();
            foreach (var text in parsed.GetValue(header) ?? [])
            {
                var colon = text.IndexOf(':', StringComparison.Ordinal);
                if (colon < 1)
                    return await FailAsync(error, $"--header '{text}' is not 'Name: value'.");
                headers.Add(new(text[..colon].Trim(), text[(colon + 1)..].Trim()));
            }

            var sources = SettingsSources.From(ConfigOption.Arguments(parsed.GetValue(config), parsed.UnmatchedTokens));
            await using var compiler = new ConfigurationCompiler(sources, GatewayHost.AddDataPlane);
            var result = await compiler.CompileAsync();
            if (!result.IsGood)
                return await FailAsync(error, new ConfigurationRejectedException(result.Errors).Message);

            if (new StatusPaths((FarmOptions)result.Candidate.Options[FarmOptions.Section]).Covers(Uri.UnescapeDataString(asked.AbsolutePath)))
                return await FailAsync(error, $"{asked.AbsolutePath} is a status page of the servers; the gateway would answer 404 (Weir:Farm:HideStatus).");

            await using var matcher = new RouteMatcher(result.Candidate.Routes);
            var (routeId, reason) = await matcher.MatchAsync(asked, parsed.GetValue(method)!, headers);
            if (routeId is null)
                return await FailAsync(error, $"No route takes {parsed.GetValue(method)} {asked}{(reason is null ? "" : $" ({reason})")}; the gateway would answer 404{(reason is null ? "" : " or 405")}.");

            var (live, whyNot) = await LiveFarm.ReadAsync(listener, token, cancel);
            var report = new ExplainReport(CommandConsole.For(parsed.InvocationConfiguration.Output), result.Candidate, live, whyNot);
            report.Write(result.Candidate.Routes.First(r => r.RouteId == routeId));

            var question = new EdgeQuestion(
                who.IsIPv4MappedToIPv6 ? who.MapToIPv4() : who, parsed.GetValue(method)!.ToUpperInvariant(), asked, routeId, parsed.GetValue(status),
                Header("Referer"), Header("User-Agent"), Header("Authorization") is not null);
            var (edge, edgeWhyNot) = live is null
                ? (null, whyNot)
                : await LiveGateway.AskAsync(
                    listener, "/api/explain" + question.ToQuery(), token, EdgePatience, json => json.Deserialize<EdgeReport>(ManagementEndpoints.Json)!, cancel);
            new EdgeExplanation(CommandConsole.For(parsed.InvocationConfiguration.Output), result.Candidate)
                .Write(edge ?? OfflineEdge.Read(result.Candidate, question), edge is null ? edgeWhyNot : null, isExample: parsed.GetValue(client) is null);
            return 0;

            string? Header(string name)
            {
                var values = headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).ToList();
                return values.Count == 0 ? null : values[^1];
            }
        });
        return command;
    }

    private static async Task<int> FailAsync(TextWriter error, string message)
    {
        await error.WriteLineAsync(message);
        return 1;
    }
}
