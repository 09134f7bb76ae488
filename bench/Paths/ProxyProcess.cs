using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Bench.Paths;

/// <summary>A proxy from Debian in a folder of its own, in the foreground, on a free loopback port.</summary>
internal abstract class ProxyProcess : IPath
{
    private const int MaxLines = 20;
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

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
        _process = Process.Start(new ProcessStartInfo("setsid", command.Select(Fill))
        {
            UseShellExecute = false,
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
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
        if (await Listening.WaitAsync(EndPoint, () => _process.HasExited)
            && (TlsEndPoint is null || await Listening.WaitAsync(TlsEndPoint, () => _process.HasExited)))
            return;
        await DisposeAsync();
        lock (_lastLines)
            throw new InvalidOperationException($"{Name} does not listen on {EndPoint}.\n{string.Join('\n', _lastLines)}");
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

    // What it says is only of use when it does not start; a noisy one must not fill the memory.
    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > MaxLines)
                _lastLines.Dequeue();
        }
    }
}
