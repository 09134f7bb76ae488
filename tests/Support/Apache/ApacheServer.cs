using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Support.Apache;

/// <summary>
/// A real Apache on a free loopback port with its own ServerRoot. <c>/</c> is a static page that names the MPM,
/// <c>/slow?ms=100</c> sleeps in a worker (mod_lua), <c>/page/1k</c> and <c>/page/64k</c> are static files,
/// <c>/echo</c> returns the request (mod_lua), <c>/server-status</c> is open to loopback.
/// Ends with the test: the parent is signalled by its pid and its children follow.
/// </summary>
public sealed class ApacheServer : IAsyncDisposable
{
    /// <summary>Where Debian keeps the binary and the modules.</summary>
    public const string Binary = "/usr/sbin/apache2";

    private const string ModuleFolder = "/usr/lib/apache2/modules";
    private Process? _process;

    private ApacheServer(ApacheOptions options, string root, int port)
    {
        Options = options;
        Root = root;
        Port = port;
    }

    public ApacheOptions Options { get; }

    /// <summary>ServerRoot: <c>httpd.conf</c>, <c>htdocs</c>, <c>logs</c>.</summary>
    public string Root { get; }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public string ConfigFile => Path.Combine(Root, "httpd.conf");

    public string ErrorLog => Path.Combine(Root, "logs", "error.log");

    /// <summary>Process id of the parent.</summary>
    public int Pid => _process?.Id ?? 0;

    /// <summary>True when Debian's apache2 is installed.</summary>
    public static bool IsInstalled => File.Exists(Binary);

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<ApacheServer> StartAsync(ApacheOptions? options = null)
    {
        options ??= new ApacheOptions();
        var root = Directory.CreateTempSubdirectory("weir-apache-").FullName;
        var server = new ApacheServer(options, root, options.Port == 0 ? FreePort() : options.Port);
        server.WriteFiles();
        await server.StartProcessAsync();
        return server;
    }

    /// <summary>Starts it again on the same port after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public Task RestartAsync() => StartProcessAsync();

    /// <summary>SIGKILL to the parent and every child, as an out-of-memory killer would.</summary>
    public async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM to the parent.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        await SignalAsync("TERM");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    /// <summary>Sends a signal by name to the parent, for example <c>USR1</c> for a graceful restart.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Sends a signal by name to the parent and every child, for example <c>STOP</c>.</summary>
    public async Task SignalAllAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", .. AllPids().Select(p => p.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Process ids of the parent and its children.</summary>
    public IReadOnlyList<int> AllPids()
    {
        var pids = new List<int> { Pid };
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid))
                continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (int.Parse(fields[1], CultureInfo.InvariantCulture) == Pid)
                    pids.Add(pid);
            }
            catch (IOException)
            {
                // The process ended between the listing and the reading.
            }
        }

        return pids;
    }

    /// <summary>The MPM block and everything else as Apache reads it.</summary>
    public static string MpmConfiguration(string mpm, string? block) =>
        $"LoadModule mpm_{mpm}_module {ModuleFolder}/mod_mpm_{mpm}.so\n{block}\n";

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A child may still hold a log for an instant; the folder lies in the system's temporary folder.
        }
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void WriteFiles()
    {
        Directory.CreateDirectory(Path.Combine(Root, "htdocs", "page"));
        Directory.CreateDirectory(Path.Combine(Root, "logs"));
        File.WriteAllText(Path.Combine(Root, "htdocs", "index.html"), $"<html><body>{Options.Mpm} on {Port}</body></html>\n");
        File.WriteAllText(Path.Combine(Root, "htdocs", "page", "1k"), new string('x', 1024));
        File.WriteAllText(Path.Combine(Root, "htdocs", "page", "64k"), new string('x', 65536));
        File.WriteAllText(Path.Combine(Root, "slow.lua"), """
            function handle(r)
                local ms = tonumber(string.match(r.args or "", "ms=(%d+)") or "100")
                r.usleep(ms * 1000)
                r.content_type = "text/plain"
                r:puts("slept ", ms, "\n")
                return apache2.OK
            end
            """);
        File.WriteAllText(Path.Combine(Root, "echo.lua"), """
            function handle(r)
                r.content_type = "text/plain"
                r:puts(r.method, " ", r.unparsed_uri, "\n")
                for name, value in pairs(r.headers_in) do
                    r:puts(name, ": ", value, "\n")
                end
                r:puts("\n")
                if r.method == "POST" or r.method == "PUT" then
                    r:puts(r:requestbody() or "")
                end
                return apache2.OK
            end
            """);
        File.WriteAllText(ConfigFile, Configuration());
    }

    private string Configuration()
    {
        string[] modules = ["authz_core", "authz_host", "mime", "dir", "alias", "env", "lua", "status", .. Options.Modules];
        var text = new StringBuilder();
        text.AppendLine($"ServerRoot \"{Root}\"").AppendLine($"Listen 127.0.0.1:{Port}").AppendLine("ServerName localhost");
        text.AppendLine($"PidFile \"{Root}/httpd.pid\"").AppendLine($"DefaultRuntimeDir \"{Root}\"").AppendLine($"Mutex file:{Root} default");
        text.Append(MpmConfiguration(Options.Mpm, Options.MpmBlock));
        foreach (var module in modules.Distinct().Where(m => File.Exists($"{ModuleFolder}/mod_{m}.so")))
            text.AppendLine($"LoadModule {module}_module {ModuleFolder}/mod_{module}.so");
        if (Environment.UserName == "root")
            text.AppendLine("User www-data").AppendLine("Group www-data");
        text.AppendLine($"""
            ErrorLog "{ErrorLog}"
            LogLevel notice
            KeepAlive On
            KeepAliveTimeout {Options.KeepAliveTimeout}
            MaxKeepAliveRequests {Options.MaxKeepAliveRequests}
            TypesConfig /etc/mime.types
            DocumentRoot "{Root}/htdocs"
            DirectoryIndex index.html
            <Directory "{Root}/htdocs">
                Require all granted
            </Directory>
            LuaMapHandler "^/slow" "{Root}/slow.lua" handle
            LuaMapHandler "^/echo" "{Root}/echo.lua" handle
            """);
        if (Options.Status)
            text.AppendLine("ExtendedStatus On").AppendLine("<Location \"/server-status\">\nSetHandler server-status\nRequire local\n</Location>");
        text.AppendLine(Options.Extra);
        return text.ToString();
    }

    private async Task StartProcessAsync()
    {
        // The parent starts as root and its children as www-data, which must be able to read below the root.
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        _process?.Dispose();
        // Its own session: on SIGTERM Apache signals its whole process group, and that must not be the test's.
        _process = Process.Start(new ProcessStartInfo("setsid", [Binary, "-f", ConfigFile, "-DFOREGROUND"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"apache2 ended with {_process.ExitCode}: {(File.Exists(ErrorLog) ? await File.ReadAllTextAsync(ErrorLog) : "no error log")}");
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(25);
            }
        }

        throw new TimeoutException($"apache2 did not listen on {Port} within 5 s.");
    }
}
