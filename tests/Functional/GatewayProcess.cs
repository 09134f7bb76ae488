using System.Diagnostics;
using System.Globalization;
using System.Text;
using Weir.Support.Apache;

namespace Weir.Functional;

/// <summary>The real gateway in a process of its own, in a folder of its own. Killed with the test.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly string _folder;
    private readonly Process _process;

    private GatewayProcess(string folder, string upstream, string[] more)
    {
        _folder = folder;
        Url = $"http://127.0.0.1:{ApacheServer.FreePort()}";
        Management = $"http://127.0.0.1:{ApacheServer.FreePort()}";
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), $$"""
            {
              "Logging": { "LogLevel": { "Default": "Warning", "Weir": "Information" } },
              "Kestrel": { "Endpoints": { "Http": { "Url": "{{Url}}" } } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": { "web": { "Destinations": { "one": { "Address": "{{upstream}}" } } } }
              },
              "Weir": { "Management": { "Url": "{{Management}}" } }
            }
            """);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Weir.Gateway.dll"), "run", .. more])
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
    }

    public string Url { get; }

    public string Management { get; }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<GatewayProcess> StartAsync(string upstream, params string[] more)
    {
        var gateway = new GatewayProcess(Directory.CreateTempSubdirectory("weir-gateway-").FullName, upstream, more);
        gateway._process.Start();
        gateway._process.BeginOutputReadLine();
        gateway._process.BeginErrorReadLine();
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300 && !gateway.HasExited; attempt++)
        {
            if (await gateway.ReadyAsync(http) == 200)
                return gateway;
            await Task.Delay(50);
        }

        var output = gateway.Output;
        await gateway.DisposeAsync();
        throw new InvalidOperationException("The gateway did not become ready: " + output);
    }

    /// <summary>Status of /readyz; 0 when nothing answers.</summary>
    public async Task<int> ReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(Management + "/readyz");
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Sends a signal by name, for example TERM.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan within)
    {
        using var timeout = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Append(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
