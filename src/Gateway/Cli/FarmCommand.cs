using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Spectre.Console;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Cli;

/// <summary><c>weir farm</c>: asks a running gateway about its servers, and takes one out or back in.</summary>
internal static class FarmCommand
{
    private static readonly Option<string> Management = new("--management")
    {
        Description = "Address of the gateway's management listener.",
        DefaultValueFactory = _ => new ManagementOptions().Url,
        Recursive = true,
    };

    private static readonly Option<string?> TokenFile = ManagementToken.CreateOption();

    public static Command Create()
    {
        TokenFile.Recursive = true;
        var command = new Command("farm", "Show the servers of a running gateway, or take one out and back in.") { Management, TokenFile };
        var json = new Option<string>("--format") { Description = "table or json.", DefaultValueFactory = _ => "table" };
        json.AcceptOnlyFromAmong("table", "json");
        var list = new Command("list", "Show every server: limit and where it comes from, load, health.") { json };
        list.SetAction((parsed, cancel) => CallAsync(parsed, HttpMethod.Get, "api/farm",
            (body, output) => Show(body, output, parsed.GetValue(json) == "json"), cancel));
        command.Subcommands.Add(list);
        command.Subcommands.Add(Mode("drain", "Send the server only requests whose session is pinned to it."));
        command.Subcommands.Add(Mode("maintenance", "Send the server nothing."));
        command.Subcommands.Add(Mode("ready", "Send the server work again."));
        return command;
    }

    private static Command Mode(string name, string description)
    {
        var address = new Argument<string>("address") { Description = "scheme://host:port as 'weir farm list' shows it, or host:port." };
        var command = new Command(name, description + " Lasts until the gateway restarts; a reload of the configuration keeps it.") { address };
        command.SetAction((parsed, cancel) => CallAsync(parsed, HttpMethod.Post,
            $"api/farm/servers/{name}?address={Uri.EscapeDataString(parsed.GetValue(address)!)}",
            (body, output) =>
            {
                var server = body.Deserialize<ServerReport>(ManagementEndpoints.Json)!;
                output.WriteLine($"{server.Address}: {server.Mode}, {server.InFlight} in flight, limit {server.Limit}");
            }, cancel));
        return command;
    }

    private static async Task<int> CallAsync(ParseResult parsed, HttpMethod method, string path, Action<JsonElement, TextWriter> show, CancellationToken cancel)
    {
        var errors = parsed.InvocationConfiguration.Error;
        var management = parsed.GetValue(Management)!;
        if (!Uri.TryCreate(management.TrimEnd('/') + "/", UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
        {
            await errors.WriteLineAsync($"--management is '{management}'; allowed: http://host:port.");
            return 1;
        }

        try
        {
            using var http = new HttpClient { BaseAddress = root, Timeout = TimeSpan.FromSeconds(10) };
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add(ManagementGuard.WriteHeader, "1");
            if (ManagementToken.Read(parsed.GetValue(TokenFile)) is { } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, cancel);
            if (response.IsSuccessStatusCode)
            {
                show(await response.Content.ReadFromJsonAsync<JsonElement>(ManagementEndpoints.Json, cancel), parsed.InvocationConfiguration.Output);
                return 0;
            }

            await errors.WriteLineAsync(await DescribeAsync(response, cancel));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or TaskCanceledException)
        {
            await errors.WriteLineAsync($"No answer from the management listener at {management}: {error.Message}");
        }

        return 1;
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = (await response.Content.ReadAsStringAsync(cancel)).Trim();
        if (response.StatusCode != System.Net.HttpStatusCode.NotFound || !text.StartsWith('{'))
            return $"{(int)response.StatusCode}: {text}";
        var unknown = JsonSerializer.Deserialize<UnknownServer>(text, ManagementEndpoints.Json)!;
        return $"{unknown.Error} Known: {(unknown.Known.Count == 0 ? "none" : string.Join(", ", unknown.Known))}";
    }

    private static void Show(JsonElement body, TextWriter output, bool asJson)
    {
        if (asJson)
        {
            output.WriteLine(body.GetRawText());
            return;
        }

        var farm = body.Deserialize<FarmReport>(ManagementEndpoints.Json)!;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        // A table cut at 80 columns helps nobody who pipes it into a file.
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 200;
        console.Write(FarmTable.Servers(farm));
        console.Write(FarmTable.Clusters(farm));
    }
}
