using System.CommandLine;
using Weir.Farm.Feed;
using Weir.Gateway.Cli.Explain;
using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Sources;
using Weir.Gateway.StatusPages;

namespace Weir.Gateway.Cli;

/// <summary><c>weir explain &lt;url&gt;</c>: which route, cluster, servers and limits a request would meet. Exit 1 when none.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var url = new Argument<string>("url") { Description = "As the client would ask for it: https://shop.example.org/cart?id=1" };
        var config = ConfigOption.Create();
        var method = new Option<string>("--method") { Description = "HTTP method", DefaultValueFactory = _ => "GET" };
        var header = new Option<string[]>("--header") { Description = "Request header, 'Name: value'; may be given several times." };
        var management = new Option<string>("--management")
        {
            Description = "Management listener of a running gateway, for live numbers.",
            DefaultValueFactory = _ => "http://127.0.0.1:9090",
        };
        var tokenFile = ManagementToken.CreateOption();
        var command = new Command("explain", "Show what would become of a request.") { url, config, method, header, management, tokenFile };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            if (!Uri.TryCreate(parsed.GetValue(url), UriKind.Absolute, out var asked) || asked.Scheme is not ("http" or "https"))
                return await FailAsync(error, $"{parsed.GetValue(url)} is no absolute http or https URL.");
            if (!Uri.TryCreate(parsed.GetValue(management), UriKind.Absolute, out var listener) || listener.Scheme is not ("http" or "https"))
                return await FailAsync(error, $"--management {parsed.GetValue(management)} is no absolute http or https URL.");
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
            return 0;
        });
        return command;
    }

    private static async Task<int> FailAsync(TextWriter error, string message)
    {
        await error.WriteLineAsync(message);
        return 1;
    }
}
