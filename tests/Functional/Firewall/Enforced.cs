using System.Diagnostics;
using System.Globalization;

namespace Weir.Functional.Firewall;

/// <summary>
/// A server in a namespace of its own with an enforcer that runs as nobody with CAP_NET_ADMIN and nothing else. The server
/// answers each line of a connection with <c>ok</c>.
/// </summary>
internal sealed class Enforced : IAsyncDisposable
{
    private const string Server = """
        use IO::Socket::IP; $SIG{CHLD} = 'IGNORE'; $| = 1;
        my $l = IO::Socket::IP->new(LocalHost => '::', LocalPort => 8080, Listen => 64, ReuseAddr => 1, V6Only => 0) or die "listen: $@";
        print "listening\n";
        while (my $c = $l->accept) { my $p = fork; if (!$p) { alarm 120; $c->autoflush(1); while (<$c>) { print $c "ok\n" } exit } close $c }
        """;

    // Connects from an address; then one line out and one line back for each line of its input, or "silent" after a second.
    private const string Client = """
        use IO::Socket::IP; use IO::Select; $| = 1; alarm 120;
        my $c = IO::Socket::IP->new(PeerHost => $ARGV[1], PeerPort => 8080, LocalHost => $ARGV[0], Timeout => 1);
        if (!$c) { print "refused\n"; exit }
        $c->autoflush(1); print "connected\n";
        while (<STDIN>) { print $c "x\n"; if (IO::Select->new($c)->can_read(1)) { print scalar <$c> } else { print "silent\n" } }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("weir-firewall-").FullName;
    private Child? _server;
    private Child? _enforcer;

    private Enforced(Namespaces namespaces) => Namespaces = namespaces;

    public Namespaces Namespaces { get; }

    public string Socket => Path.Combine(_folder, "run", "socket");

    public Child Enforcer => _enforcer!;

    /// <summary>Nobody may write here.</summary>
    public string RunFolder => Path.Combine(_folder, "run");

    /// <summary>The program, where nobody may read it.</summary>
    public string Assembly => Path.Combine(_folder, "bin", "Weir.Gateway.dll");

    public static async Task<Enforced> StartAsync(params string[] arguments)
    {
        var made = new Enforced(await Namespaces.CreateAsync());
        try
        {
            await made.PrepareAsync();
            made._server = made.In(made.Namespaces.Server, "perl", "-e", Server);
            await made._server.UntilAsync(lines => lines.Contains("listening"));
            await made.StartEnforcerAsync(arguments);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartEnforcerAsync(params string[] arguments)
    {
        _enforcer = StartEnforcer("+net_admin", arguments);
        await _enforcer.UntilAsync(lines => lines.Any(l => l.Contains("Enforcing table", StringComparison.Ordinal)));
    }

    public async Task StopEnforcerAsync(string signal)
    {
        await _enforcer!.SignalAsync(signal);
        await _enforcer.ExitAsync();
        await _enforcer.DisposeAsync();
        _enforcer = null;
    }

    /// <summary>An enforcer as nobody with the capabilities given, as setpriv writes them.</summary>
    public Child StartEnforcer(string capabilities, params string[] arguments) => Start(capabilities, ["firewall", "enforce", "--socket", Socket, .. arguments]);

    /// <summary>The program as nobody, in the server's namespace.</summary>
    public Child Start(string capabilities, params string[] arguments) => In(
        Namespaces.Server, "setpriv", [
            "--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs", "--inh-caps", $"-all,{capabilities}", "--ambient-caps", $"-all,{capabilities}",
            "--bounding-set", $"-all,{capabilities}", "dotnet", Assembly, .. arguments]);

    /// <summary>A client that connects from an address.</summary>
    public Child Connect(string from) => In(
        Namespaces.Client, "perl", "-e", Client, from, from.Contains(':', StringComparison.Ordinal) ? Namespaces.ServerAddress6 : Namespaces.ServerAddress);

    public async Task<bool> CanConnectAsync(string from)
    {
        await using var client = Connect(from);
        await client.ExitOrConnectAsync();
        return client.Lines.Contains("connected");
    }

    /// <summary>Waits until a client gets in, or no longer does.</summary>
    public async Task UntilAsync(string from, bool canConnect)
    {
        var clock = Stopwatch.StartNew();
        while (await CanConnectAsync(from) != canConnect)
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(40))
                throw new TimeoutException($"{from} still {(canConnect ? "cannot" : "can")} connect:\n{await Namespaces.NftAsync("list", "ruleset")}\n{string.Join('\n', Enforcer.Lines)}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_enforcer is not null)
            await _enforcer.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        await Namespaces.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // Nobody must reach the program and write the socket, wherever the checkout lies.
    private async Task PrepareAsync()
    {
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(_folder, (UnixFileMode)Convert.ToInt32("755", 8));
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(f => Path.GetExtension(f) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(bin, Path.GetFileName(file)));
        await Namespaces.RunAsync("chmod", "-R", "a+rX", bin);
        Directory.CreateDirectory(Path.Combine(_folder, "run"));
        await Namespaces.RunAsync("chown", 65534.ToString(CultureInfo.InvariantCulture), Path.Combine(_folder, "run"));
    }

    public Child In(string name, string program, params string[] arguments) => new("ip", ["netns", "exec", name, program, .. arguments]);
}
