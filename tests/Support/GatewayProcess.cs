using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Weir.Support.Apache;

namespace Weir.Support;

/// <summary>
/// The real gateway as its own process, <c>weir run</c>, with its configuration as <c>appsettings.json</c> in a folder of
/// its own. A listening address that the configuration does not give is a free loopback port. Ends with the test.
/// </summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    /// <summary>Environment variable with the transport of every gateway that does not choose one: Epoll or Sockets.</summary>
    public const string TransportVariable = "WEIR_TEST_TRANSPORT";

    private readonly List<string> _log = [];
    private readonly string _assembly;
    private Process? _process;

    private GatewayProcess(string folder, int port, string managementUrl, string assembly) =>
        (Folder, Port, ManagementUrl, _assembly) = (folder, port, managementUrl, assembly);

    /// <summary>Working folder; holds <c>appsettings.json</c>.</summary>
    public string Folder { get; }

    public string ConfigFile => Path.Combine(Folder, "appsettings.json");

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Address of the management listener, without a slash at the end.</summary>
    public string ManagementUrl { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    public int Pid => _process?.Id ?? 0;

    public bool HasExited => _process is null or { HasExited: true };

    /// <summary>The lines of standard output and error so far.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>Starts a gateway and waits until it listens.</summary>
    /// <param name="configuration">The whole of appsettings.json; Kestrel's endpoint is added when there is none, the first one counts.</param>
    /// <param name="arguments">Further arguments after <c>run</c>.</param>
    /// <param name="assembly">Weir.Gateway.dll; null takes the one next to the running test.</param>
    public static async Task<GatewayProcess> StartAsync(JsonObject configuration, IReadOnlyList<string>? arguments = null, string? assembly = null)
    {
        var whole = (JsonObject)configuration.DeepClone();
        var kestrel = whole["Kestrel"] as JsonObject ?? [];
        whole["Kestrel"] = kestrel;
        kestrel["Endpoints"] ??= JsonNode.Parse($$"""{ "Http": { "Url": "http://127.0.0.1:{{ApacheServer.FreePort()}}" } }""");
        var port = new Uri((string)kestrel["Endpoints"]!.AsObject().First().Value![nameof(Url)]!).Port;
        var weir = whole["Weir"] as JsonObject ?? [];
        whole["Weir"] = weir;
        var management = weir["Management"] as JsonObject ?? [];
        weir["Management"] = management;
        management[nameof(Url)] ??= $"http://127.0.0.1:{ApacheServer.FreePort()}";

        // The suite runs once for each transport.
        if (Environment.GetEnvironmentVariable(TransportVariable) is { Length: > 0 } transport)
            weir["Transport"] ??= transport;
        whole["Logging"] ??= new JsonObject { ["LogLevel"] = new JsonObject { ["Default"] = "Information", ["Microsoft.AspNetCore"] = "Warning", ["Yarp"] = "Warning" } };
        var gateway = new GatewayProcess(
            Directory.CreateTempSubdirectory("weir-gateway-").FullName,
            port,
            (string)management[nameof(Url)]!,
            assembly ?? Path.Combine(AppContext.BaseDirectory, "Weir.Gateway.dll"));
        await gateway.WriteConfigurationAsync(whole);
        await gateway.StartProcessAsync(arguments ?? []);
        return gateway;
    }

    /// <summary>One route for every path to one cluster.</summary>
    /// <param name="upstreams">Addresses of the cluster's servers.</param>
    /// <param name="weir">The <c>Weir</c> section; null for the defaults.</param>
    public static JsonObject InFrontOf(IEnumerable<string> upstreams, JsonObject? weir = null)
    {
        var destinations = new JsonObject();
        foreach (var upstream in upstreams)
            destinations[$"server-{destinations.Count + 1}"] = new JsonObject { ["Address"] = upstream };
        return new JsonObject
        {
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = JsonNode.Parse("""{ "all": { "ClusterId": "farm", "Match": { "Path": "/{**rest}" } } }"""),
                ["Clusters"] = new JsonObject { ["farm"] = new JsonObject { ["Destinations"] = destinations } },
            },
            ["Weir"] = weir ?? [],
        };
    }

    /// <summary>Status of /readyz; 0 when nothing answers.</summary>
    public async Task<int> ReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(ManagementUrl + "/readyz");
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Replaces appsettings.json by renaming, as an editor or a deployment does; the gateway's reload sees one change.</summary>
    public async Task WriteConfigurationAsync(JsonObject whole)
    {
        var temporary = ConfigFile + ".new";
        await File.WriteAllTextAsync(temporary, whole.ToJsonString());
        File.Move(temporary, ConfigFile, overwrite: true);
    }

    /// <summary>Waits for a log line; false when none came in time.</summary>
    public async Task<bool> WaitForLogAsync(string part, TimeSpan atMost)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < atMost)
        {
            if (Log.Any(l => l.Contains(part, StringComparison.Ordinal)))
                return true;
            await Task.Delay(20);
        }

        return false;
    }

    /// <summary>Sends a signal by name, for example <c>TERM</c>.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    /// <exception cref="OperationCanceledException">It did not end in time.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan atMost)
    {
        using var timeout = new CancellationTokenSource(atMost);
        await _process!.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            await SignalAsync("TERM");
            try
            {
                await WaitForExitAsync(TimeSpan.FromSeconds(5));
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }

        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StartProcessAsync(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [_assembly, "run", .. arguments])
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the test runner's environment says about addresses is not meant for this gateway.
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["DOTNET_NOLOGO"] = "1";
        // What it keeps over a restart is of this folder, not of whoever runs the test.
        start.Environment["STATE_DIRECTORY"] = Folder;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilListeningAsync(TimeSpan.FromSeconds(60));
    }

    private async Task WaitUntilListeningAsync(TimeSpan atMost)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < atMost)
        {
            if (HasExited)
                break;
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(EndPoint);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(25);
            }
        }

        var ended = HasExited ? $"ended with {_process!.ExitCode}" : $"does not listen on {Port} after {atMost.TotalSeconds} s";
        var log = string.Join('\n', Log);
        await DisposeAsync();
        throw new InvalidOperationException($"The gateway {ended}:\n{log}");
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.Add(line);
    }
}
