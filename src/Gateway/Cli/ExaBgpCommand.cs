using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Cli;

/// <summary>
/// <c>weir firewall exabgp</c>: a process for ExaBGP's API. Writes one line for every route that comes or goes. While the
/// gateway does not answer the routes stay for a while, then all are withdrawn: an old ban must not become an outage.
/// </summary>
internal static class ExaBgpCommand
{
    /// <summary>More than the feed can hold; what is longer is no feed.</summary>
    private const long MaxFeedBytes = 256L << 20;

    public static Command Create()
    {
        var management = new Option<string>("--management") { Description = "Address of the gateway's management listener.", DefaultValueFactory = _ => new ManagementOptions().Url };
        var interval = new Option<int>("--interval") { Description = "Seconds between two questions, 1 to 3600.", DefaultValueFactory = _ => 5 };
        var hold = new Option<int>("--hold") { Description = "Seconds after which all routes are withdrawn when the gateway does not answer, 1 to 86400.", DefaultValueFactory = _ => 600 };
        var token = ManagementToken.CreateOption();
        var command = new Command("exabgp", "Announce and withdraw blackhole routes as a process of ExaBGP; needs Weir:Firewall:Feeds.") { management, interval, hold, token };
        command.SetAction(async (parsed, cancel) =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            var (every, after) = (parsed.GetValue(interval), parsed.GetValue(hold));
            if (!Uri.TryCreate(parsed.GetValue(management)!.TrimEnd('/') + "/", UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
                await errors.WriteLineAsync($"--management is '{parsed.GetValue(management)}'; allowed: http://host:port.");
            else if (every is < 1 or > 3600)
                await errors.WriteLineAsync($"--interval is {every}; allowed: 1 to 3600.");
            else if (after is < 1 or > 86400)
                await errors.WriteLineAsync($"--hold is {after}; allowed: 1 to 86400.");
            else
            {
                DrainInput();
                return await RunAsync(root, ManagementToken.Read(parsed.GetValue(token)), TimeSpan.FromSeconds(every), TimeSpan.FromSeconds(after), parsed.InvocationConfiguration, cancel);
            }

            return 1;
        });
        return command;
    }

    /// <summary>The lines that lead from one set of announcements to another; withdrawals first.</summary>
    public static IEnumerable<string> Changes(IReadOnlySet<string> before, IReadOnlySet<string> after) =>
        before.Where(l => !after.Contains(l)).Select(l => "withdraw" + l["announce".Length..]).Concat(after.Where(l => !before.Contains(l)));

    // ExaBGP 4 answers every command with a line. Unread, some 13,000 of them fill the pipe; then it waits for us and we for it.
    private static void DrainInput() =>
        new Thread(static () =>
        {
            try
            {
                using var input = Console.OpenStandardInput();
                input.CopyTo(Stream.Null);
            }
            catch (IOException)
            {
                // Nobody answers any more.
            }
        })
        { IsBackground = true, Name = "exabgp-answers" }.Start();

    private static async Task<int> RunAsync(Uri root, string? token, TimeSpan every, TimeSpan hold, InvocationConfiguration console, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = root, Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = MaxFeedBytes };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var time = TimeProvider.System;
        var announced = new HashSet<string>(StringComparer.Ordinal);
        EntityTagHeaderValue? tag = null;
        var answered = time.GetTimestamp();
        var silent = false;
        try
        {
            while (true)
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, "feeds/exabgp");
                    if (tag is not null)
                        request.Headers.IfNoneMatch.Add(tag);
                    using var response = await http.SendAsync(request, cancel);
                    if (response.StatusCode != HttpStatusCode.NotModified)
                    {
                        response.EnsureSuccessStatusCode();
                        var now = (await response.Content.ReadAsStringAsync(cancel)).Split('\n').Where(l => l.StartsWith("announce ", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
                        await WriteAsync(console.Output, Changes(announced, now));
                        (announced, tag) = (now, response.Headers.ETag);
                    }

                    (answered, silent) = (time.GetTimestamp(), false);
                }
                catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancel.IsCancellationRequested))
                {
                    if (!silent)
                        await console.Error.WriteLineAsync($"No feed from {root}: {error.Message}");
                    silent = true;
                    if (announced.Count > 0 && time.GetElapsedTime(answered) > hold)
                    {
                        await WriteAsync(console.Output, Changes(announced, new HashSet<string>(StringComparer.Ordinal)));
                        (announced, tag) = ([], null);
                    }
                }

                await Task.Delay(every, time, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0;
        }
        catch (IOException)
        {
            // ExaBGP has gone; it withdraws the routes itself.
            return 0;
        }
    }

    private static async Task WriteAsync(TextWriter output, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            await output.WriteLineAsync(line);
        await output.FlushAsync();
    }
}
