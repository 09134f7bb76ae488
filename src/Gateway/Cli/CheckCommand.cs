using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Cli;

/// <summary><c>weir check [file]</c>: what <c>weir run</c> would say to the configuration. Exit 0 when good, 1 when not.</summary>
internal static class CheckCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var file = new Argument<string?>("file")
        {
            Description = "File to check; without it, what weir run would use.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var config = ConfigOption.Create();
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("check", "Validate the configuration without starting anything.") { file, config, format };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, _) =>
        {
            var files = (parsed.GetValue(file) is { } named ? new[] { named } : []).Concat(parsed.GetValue(config) ?? []);
            var sources = SettingsSources.From(ConfigOption.Arguments(files, parsed.UnmatchedTokens));
            await using var compiler = new ConfigurationCompiler(sources, AddChecked);
            var result = await compiler.CompileAsync();
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(format) == "json")
                await output.WriteLineAsync(AsJson(result));
            else
                Write(CommandConsole.For(output), sources, result);
            return result.IsGood ? 0 : 1;
        });
        return command;
    }

    // Others write Fail2ban's folder: what is wrong with it fails the check, but does not keep a gateway from starting.
    private static void AddChecked(IServiceCollection services)
    {
        GatewayHost.AddDataPlane(services);
        services.AddSingleton<ICrossCheck, Fail2banCheck>();
    }

    private static string AsJson(CompileResult result) =>
        JsonSerializer.Serialize(
            new
            {
                Valid = result.IsGood,
                result.Candidate.Hash,
                Routes = result.Candidate.Routes.Count,
                Clusters = result.Candidate.Clusters.Count,
                result.Errors,
            },
            Json);

    private static void Write(IAnsiConsole console, SettingsSources sources, CompileResult result)
    {
        foreach (var error in result.Errors)
        {
            var message = error.Message.StartsWith(error.Key, StringComparison.OrdinalIgnoreCase)
                ? $"[bold red]{error.Key.EscapeMarkup()}[/]{error.Message[error.Key.Length..].EscapeMarkup()}"
                : error.Message.EscapeMarkup();
            console.MarkupLine(error.Origin is null ? message : $"{message} [grey][[{error.Origin.EscapeMarkup()}]][/]");
        }

        var files = string.Join(", ", sources.Files.Where(File.Exists));
        var servers = result.Candidate.Clusters.Sum(c => c.Destinations?.Count ?? 0);
        var summary = result.IsGood
            ? $"[green]Good[/]: {result.Candidate.Routes.Count} routes, {result.Candidate.Clusters.Count} clusters, {servers} servers"
            : $"[red]{result.Errors.Count} fault(s)[/]";
        console.MarkupLine($"{summary} in {(files.Length == 0 ? "no file" : files).EscapeMarkup()}");
    }
}
