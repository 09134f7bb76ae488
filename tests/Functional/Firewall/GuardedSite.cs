using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Weir.Functional.Firewall;

/// <summary>
/// The whole of it in a namespace: an enforcer with CAP_NET_ADMIN, a gateway process as nobody without any capability, and a server
/// behind it. Clients ask from the other namespace.
/// </summary>
internal sealed class GuardedSite : IAsyncDisposable
{
    private const string Management = "http://127.0.0.1:9090";

    // Answers every request with 200 and closes.
    private const string Server = """
        use IO::Socket::IP; $SIG{CHLD} = 'IGNORE'; $| = 1;
        my $l = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 8082, Listen => 64, ReuseAddr => 1) or die "listen: $@";
        print "listening\n";
        while (my $c = $l->accept) {
            my $p = fork;
            if (!$p) { alarm 20; while (<$c>) { last if /^\r?$/ } print $c "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"; exit }
            close $c
        }
        """;

    private readonly Enforced _enforced;
    private Child? _server;
    private Child? _gateway;

    private GuardedSite(Enforced enforced) => _enforced = enforced;

    public Namespaces Namespaces => _enforced.Namespaces;

    /// <summary>Where the gateway keeps its bans.</summary>
    public string StateFile => Path.Combine(_enforced.RunFolder, "jail.state");

    public static async Task<GuardedSite> StartAsync()
    {
        var made = new GuardedSite(await Enforced.StartAsync());
        try
        {
            made._server = made._enforced.In(made.Namespaces.Server, "perl", "-e", Server);
            await made._server.UntilAsync(lines => lines.Contains("listening"));
            await made.StartGatewayAsync();
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it serves a client that nobody bans.</summary>
    public async Task StartGatewayAsync()
    {
        var configuration = Path.Combine(_enforced.RunFolder, "gateway.json");
        await File.WriteAllTextAsync(configuration, new JsonObject
        {
            ["Kestrel"] = JsonNode.Parse("""{ "Endpoints": { "Http": { "Url": "http://0.0.0.0:8081" } } }"""),
            ["ReverseProxy"] = JsonNode.Parse("""
                {
                  "Routes": { "all": { "ClusterId": "farm", "Match": { "Path": "/{**rest}" } } },
                  "Clusters": { "farm": { "Destinations": { "one": { "Address": "http://127.0.0.1:8082" } } } }
                }
                """),
            ["Weir"] = JsonNode.Parse($$"""
                {
                  "Management": { "Url": "{{Management}}" },
                  "Farm": { "StatusPath": null, "Defaults": { "KeepAliveTimeout": "00:00:00" } },
                  "Jail": { "StateFile": "{{StateFile}}", "SaveDelay": "00:00:00.1" },
                  "Firewall": { "Enabled": true, "Socket": "{{_enforced.Socket}}", "ReconcileInterval": "00:00:01" },
                  "Shutdown": { "DrainDelay": "00:00:00" }
                }
                """),
        }.ToJsonString());
        _gateway = _enforced.Start("-all", "run", "--config", configuration);
        var clock = Stopwatch.StartNew();
        while ((await RunAsync(Namespaces.Server, "curl", "-s", "--noproxy", "*", "-m", "5", "http://127.0.0.1:8081/")).Text != "ok")
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(60))
                throw new TimeoutException($"The gateway does not serve:\n{string.Join('\n', _gateway.Lines)}");
            await Task.Delay(50);
        }
    }

    /// <summary>Ends it in order.</summary>
    public async Task StopGatewayAsync()
    {
        await _gateway!.SignalAsync("TERM");
        await _gateway.ExitAsync();
        await _gateway.DisposeAsync();
        _gateway = null;
    }

    /// <summary>One request on a new connection.</summary>
    /// <returns>The status; "dropped" when not even the connection came about, "reset" when it was ended without an answer.</returns>
    public async Task<string> AskAsync(string from)
    {
        var (text, exit) = await RunAsync(
            Namespaces.Client, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{time_connect}", "--noproxy", "*", "--interface", from,
            "--connect-timeout", "2", "-m", "20", $"http://{Namespaces.ServerAddress}:8081/");
        var words = text.Split(' ');
        // 28: time is over. What the kernel drops never connects; what the gateway refuses does.
        return exit == 28 && double.Parse(words[1]) == 0 ? "dropped" : exit != 0 ? "reset" : words[0];
    }

    /// <summary>Asks until the answer is that.</summary>
    public async Task UntilAsync(string from, string answer)
    {
        var clock = Stopwatch.StartNew();
        string last;
        while ((last = await AskAsync(from)) != answer)
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(60))
                throw new TimeoutException($"{from} got '{last}' and not '{answer}':\n{await Namespaces.NftAsync("list", "ruleset")}\n{Log}");
            await Task.Delay(50);
        }
    }

    /// <summary>The command line's <c>weir bans</c>, as an operator runs it on the gateway's machine.</summary>
    public async Task<string> BansAsync(params string[] arguments)
    {
        var (text, exit) = await RunAsync(Namespaces.Server, "dotnet", [_enforced.Assembly, "bans", .. arguments, "--management", Management]);
        return exit == 0 ? text : throw new InvalidOperationException($"weir bans {string.Join(' ', arguments)} ended with {exit}: {text}\n{Log}");
    }

    /// <summary>Bans through <c>/api/bans</c>.</summary>
    public async Task<string> BanAsync(string network, TimeSpan duration) => (await RunAsync(
        Namespaces.Server, "curl", "-s", "--noproxy", "*", "-w", "%{http_code}", "-o", "/dev/null", "-H", "Content-Type: application/json",
        "-d", $$"""{ "network": "{{network}}", "duration": "{{duration}}", "reason": "a test" }""", Management + "/api/bans")).Text;

    /// <summary>Sum of a metric's series.</summary>
    public async Task<double> MetricAsync(string name) => GatewayPages.Sum(
        (await RunAsync(Namespaces.Server, "curl", "-s", "--noproxy", "*", Management + "/metrics")).Text, name);

    public string Log => string.Join('\n', [.. _gateway?.Lines ?? [], .. _enforced.Enforcer.Lines]);

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        await _enforced.DisposeAsync();
    }

    private static async Task<(string Text, int Exit)> RunAsync(string name, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", name, program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (text, process.ExitCode);
    }
}
