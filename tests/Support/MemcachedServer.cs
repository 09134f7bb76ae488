using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weir.Support.Apache;

namespace Weir.Support;

/// <summary>A real memcached on a free loopback port. Ends with the test.</summary>
public sealed class MemcachedServer : IAsyncDisposable
{
    private readonly string[] _arguments;
    private Process? _process;

    private MemcachedServer(int port, string[] arguments) => (Port, _arguments) = (port, arguments);

    public int Port { get; }

    /// <summary><c>127.0.0.1:port</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    public int Pid => _process?.Id ?? 0;

    /// <summary>Starts one and waits until it takes connections.</summary>
    /// <param name="arguments">More of memcached's own, such as -I 2m.</param>
    public static async Task<MemcachedServer> StartAsync(params string[] arguments)
    {
        var server = new MemcachedServer(ApacheServer.FreePort(), arguments);
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts it again, empty, on the same port after <see cref="KillAsync"/>.</summary>
    public async Task RestartAsync()
    {
        _process?.Dispose();
        // It does not run as root without being told whom to be.
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "root"] : [];
        _process = Process.Start(new ProcessStartInfo("memcached", ["-l", "127.0.0.1", "-p", $"{Port}", "-U", "0", "-t", "2", .. user, .. _arguments])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var log = new List<string>();
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
                log.Add(line.Data ?? "");
        };
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
            throw new InvalidOperationException($"memcached does not listen on {Port}:\n{string.Join('\n', log)}");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
    }
}
