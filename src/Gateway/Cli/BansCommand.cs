using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Weir.Gateway.Admin;
using Weir.Policies.Jail.Lists;

namespace Weir.Gateway.Cli;

/// <summary><c>weir bans</c>: asks a running gateway who is banned, and bans or lifts.</summary>
internal static class BansCommand
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
        return new Command("bans", "Show who is banned at a running gateway; ban, lift a ban, or import a list.")
        {
            Management, TokenFile, List(), Add(), Remove(), Import(),
        };
    }

    private static Command List()
    {
        var format = new Option<string>("--format") { Description = "table, json or addresses: one network a line.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json", "addresses");
        var jail = new Option<string?>("--jail") { Description = "Only bans of this jail; manual for those of operators." };
        var address = new Option<string?>("--address") { Description = "Only what shuts this address out." };
        var limit = new Option<int>("--limit") { Description = "At most so many, the newest first.", DefaultValueFactory = _ => 1000 };
        var command = new Command("list", "Show the bans in force.") { format, jail, address, limit };
        command.SetAction((parsed, cancel) =>
        {
            var query = $"api/bans?limit={parsed.GetValue(limit)}";
            if (parsed.GetValue(jail) is { } name)
                query += $"&jail={Uri.EscapeDataString(name)}";
            if (parsed.GetValue(address) is { } wanted)
                query += $"&address={Uri.EscapeDataString(wanted)}";
            return CallAsync(parsed, HttpMethod.Get, query, null, (body, output) => BansTable.Show(body, output, parsed.GetValue(format)!), cancel);
        });
        return command;
    }

    private static Command Add()
    {
        var network = new Argument<string>("network") { Description = "Address or network, for example 192.0.2.7 or 192.0.2.0/24." };
        var duration = Duration();
        var reason = new Option<string?>("--reason") { Description = "Why, for people." };
        var command = new Command("add", "Ban an address or a network.") { network, duration, reason };
        command.SetAction((parsed, cancel) => CallAsync(parsed, HttpMethod.Post, "api/bans",
            JsonContent.Create(new BanRequest(parsed.GetValue(network), parsed.GetValue(duration), parsed.GetValue(reason)), options: ManagementEndpoints.Json),
            (body, output) =>
            {
                var ban = body.Deserialize<BanReport>(ManagementEndpoints.Json)!;
                output.WriteLine($"{ban.Network}: banned until {BansTable.End(ban.Until)}");
                return 0;
            }, cancel));
        return command;
    }

    private static Command Remove()
    {
        var network = new Argument<string>("network") { Description = "As 'weir bans list' shows it." };
        var command = new Command("remove", "Lift a ban.") { network };
        command.SetAction((parsed, cancel) => CallAsync(parsed, HttpMethod.Delete, $"api/bans/{Uri.EscapeDataString(parsed.GetValue(network)!)}", null,
            (body, output) =>
            {
                output.WriteLine($"{body.Deserialize<BanReport>(ManagementEndpoints.Json)!.Network}: not banned any more");
                return 0;
            }, cancel));
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "One network a line, then a duration and a reason where wanted; # begins a comment. Takes what fail2ban-client prints too. - reads standard input." };
        var duration = Duration();
        var command = new Command("import", "Ban a whole list. What is good in it comes into force; exit 1 when a line was not.") { file, duration };
        command.SetAction(async (parsed, cancel) =>
        {
            string text;
            try
            {
                var name = parsed.GetValue(file)!;
                text = name == "-" ? await Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(name, cancel);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"The list cannot be read: {error.Message}");
                return 1;
            }

            var query = parsed.GetValue(duration) is { } time ? $"?duration={Uri.EscapeDataString(time)}" : "";
            return await CallAsync(parsed, HttpMethod.Post, "api/bans/import" + query, new StringContent(text, Encoding.UTF8, "text/plain"),
                (body, output) => Show(body.Deserialize<BanImportResult>(ManagementEndpoints.Json)!, output, parsed.InvocationConfiguration.Error), cancel);
        });
        return command;
    }

    private static Option<string?> Duration() => new("--duration")
    {
        Description = "How long: seconds, 10m, 2h, 1d, 1w, 01:00:00 or forever. Default: 1h.",
    };

    private static int Show(BanImportResult result, TextWriter output, TextWriter errors)
    {
        output.WriteLine($"{result.Added} banned, {result.Refused} not");
        foreach (var fault in result.Faults)
            errors.WriteLine($"line {fault.Line}: {fault.Text}");
        if (result.Refused > result.Faults.Count)
            errors.WriteLine($"and {result.Refused - result.Faults.Count} more");
        return result.Refused == 0 ? 0 : 1;
    }

    private static async Task<int> CallAsync(
        ParseResult parsed, HttpMethod method, string path, HttpContent? content, Func<JsonElement, TextWriter, int> show, CancellationToken cancel)
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
            using var http = new HttpClient { BaseAddress = root, Timeout = TimeSpan.FromSeconds(60) };
            using var request = new HttpRequestMessage(method, path) { Content = content };
            request.Headers.Add(ManagementGuard.WriteHeader, "1");
            if (ManagementToken.Read(parsed.GetValue(TokenFile)) is { } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, cancel);
            if (response.IsSuccessStatusCode)
                return show(await response.Content.ReadFromJsonAsync<JsonElement>(ManagementEndpoints.Json, cancel), parsed.InvocationConfiguration.Output);
            var text = (await response.Content.ReadAsStringAsync(cancel)).Trim();
            await errors.WriteLineAsync(text.StartsWith('{')
                ? JsonSerializer.Deserialize<BanProblem>(text, ManagementEndpoints.Json)!.Error
                : $"{(int)response.StatusCode}: {text}");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or TaskCanceledException)
        {
            await errors.WriteLineAsync($"No answer from the management listener at {management}: {error.Message}");
        }

        return 1;
    }
}
