using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Bench.Paths;

/// <summary>A proxy from Debian in a folder of its own, in the foreground, on a free loopback port.</summary>
internal abstract class ProxyProcess : IPath
{
    private readonly Process _process;

    /// <param name="options">Where it will listen, among other things.</param>
    /// <param name="command">Program and arguments; <c>{folder}</c> and <c>{config}</c> are filled in.</param>
    /// <param name="configuration">Text of its configuration file; the same places are filled in.</param>
    protected ProxyProcess(PathOptions options, string[] command, string configuration)
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, options.Port);
        TlsEndPoint = options.Certificate is null ? null : new IPEndPoint(IPAddress.Loopback, options.TlsPort);
        Folder = Directory.CreateTempSubdirectory("weir-bench-").FullName;
        // Workers of nginx and Apache run as another user when this runs as root.
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        var config = Path.Combine(Folder, "proxy.conf");
        string Fill(string text) => text.Replace("{folder}", Folder, StringComparison.Ordinal).Replace("{config}", config, StringComparison.Ordinal);
        File.WriteAllText(config, Fill(configuration));
        // Its own session, so that Ctrl-C and its own group signals stay apart; its own folder, so that it finds no settings of ours.
        _process = Process.Start(new ProcessStartInfo("setsid", command.Select(Fill)) { UseShellExecute = false, WorkingDirectory = Folder })!;
    }

    public abstract string Name { get; }

    public IPEndPoint EndPoint { get; }

    public IPEndPoint? TlsEndPoint { get; }

    public int? Pid => _process.Id;

    /// <summary>Its configuration and whatever it leaves behind.</summary>
    protected string Folder { get; }

    /// <summary>Waits until it listens; ends it when it does not.</summary>
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

        await DisposeAsync();
        throw new InvalidOperationException($"{Name} does not listen on {EndPoint}.");
    }

    public virtual async ValueTask DisposeAsync()
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
        Directory.Delete(Folder, recursive: true);
    }
}
