using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weir.Support.Apache;

namespace Weir.Support;

/// <summary>A real redis-server on a free loopback port with a folder of its own; nothing is saved. Ends with the test.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string[] _settings;
    private Process? _process;

    private RedisServer(string folder, int port, string[] settings) => (Folder, Port, _settings) = (folder, port, settings);

    public string Folder { get; }

    public int Port { get; }

    /// <summary><c>redis://127.0.0.1:port</c>.</summary>
    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>Path of its Unix socket.</summary>
    public string UnixSocket => Path.Combine(Folder, "redis.sock");

    public int Pid => _process?.Id ?? 0;

    /// <summary>Starts one and waits until it takes connections.</summary>
    /// <param name="settings">Lines of redis.conf; <c>{folder}</c> stands for the server's folder.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = new RedisServer(Directory.CreateTempSubdirectory("weir-redis-").FullName, ApacheServer.FreePort(), settings);
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts it again, empty, on the same port after <see cref="KillAsync"/>.</summary>
    public async Task RestartAsync()
    {
        var file = Path.Combine(Folder, "redis.conf");
        await File.WriteAllLinesAsync(file,
        [
            $"port {Port}", "bind 127.0.0.1", "save \"\"", "appendonly no", "daemonize no", $"dir {Folder}", $"unixsocket {UnixSocket}", "unixsocketperm 700",
            .. _settings.Select(s => s.Replace("{folder}", Folder, StringComparison.Ordinal)),
        ]);
        await LaunchAsync([file]);
    }

    /// <summary>Starts a sentinel that watches a master; the port is the sentinel's.</summary>
    public static async Task<RedisServer> StartSentinelAsync(string masterName, int masterPort, int quorum = 1)
    {
        var server = new RedisServer(Directory.CreateTempSubdirectory("weir-sentinel-").FullName, ApacheServer.FreePort(), []);
        var file = Path.Combine(server.Folder, "sentinel.conf");
        await File.WriteAllLinesAsync(file,
        [
            $"port {server.Port}", "bind 127.0.0.1", $"dir {server.Folder}",
            $"sentinel monitor {masterName} 127.0.0.1 {masterPort} {quorum}", $"sentinel down-after-milliseconds {masterName} 500", $"sentinel failover-timeout {masterName} 2000",
        ]);
        await server.LaunchAsync([file, "--sentinel"]);
        return server;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>One command through redis-cli, without TLS or password; its standard output.</summary>
    public async Task<string> CliAsync(params string[] words)
    {
        var start = new ProcessStartInfo("redis-cli", ["-p", $"{Port}", .. words]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var cli = Process.Start(start)!;
        var output = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return output.Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task LaunchAsync(string[] arguments)
    {
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var log = new List<string>();
        void Add(string? line)
        {
            lock (log)
                log.Add(line ?? "");
        }

        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(30) && !_process.HasExited;)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        lock (log)
            throw new InvalidOperationException($"redis-server does not listen on {Port}:\n{string.Join('\n', log)}");
    }
}
