using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Bench.Paths;

/// <summary>A proxy from Debian in a folder of its own, in the foreground, on a free loopback port.</summary>
internal abstract class ProxyProcess : IPath
{
    private readonly Process _process;
    private readonly string _folder;

    /// <param name="port">Where it will listen.</param>
    /// <param name="command">Program and arguments; <c>{folder}</c> and <c>{config}</c> are filled in.</param>
    /// <param name="configuration">Text of its configuration file; the same places are filled in.</param>
    protected ProxyProcess(int port, string[] command, string configuration)
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
        _folder = Directory.CreateTempSubdirectory("weir-bench-").FullName;
        var config = Path.Combine(_folder, "proxy.conf");
        string Fill(string text) => text.Replace("{folder}", _folder, StringComparison.Ordinal).Replace("{config}", config, StringComparison.Ordinal);
        File.WriteAllText(config, Fill(configuration));
        // Its own session, so that Ctrl-C and its own group signals stay apart.
        _process = Process.Start(new ProcessStartInfo("setsid", command.Select(Fill)) { UseShellExecute = false })!;
    }

    public abstract string Name { get; }

    public IPEndPoint EndPoint { get; }

    public int? Pid => _process.Id;

    /// <summary>Waits until it listens.</summary>
    public async Task WaitAsync()
    {
        for (var attempt = 0; attempt < 200 && !_process.HasExited; attempt++)
        {
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

        throw new InvalidOperationException($"{Name} does not listen on {EndPoint}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
