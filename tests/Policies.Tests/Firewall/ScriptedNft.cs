using System.Diagnostics;
using Weir.Policies.Firewall.Enforcer;

namespace Weir.Policies.Tests.Firewall;

/// <summary>An enforcer over a program that only writes down what nft would have been told. What lists show is the test's.</summary>
internal sealed class ScriptedNft : IAsyncDisposable
{
    private const string EmptyTable = """
        {"nftables":[{"counter":{"packets":5}},{"counter":{"packets":2}},
        {"set":{"name":"clients4"}},{"set":{"name":"clients6"}},{"set":{"name":"networks4"}},{"set":{"name":"networks6"}},
        {"chain":{"hook":"prerouting"}},{"rule":{}},{"rule":{}},{"rule":{}},{"rule":{}}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("weir-nft-").FullName;
    private readonly CancellationTokenSource _end = new();
    private Task? _running;

    public string Socket => Path.Combine(_folder, "socket");

    /// <summary>All scripts so far.</summary>
    public string Script => File.Exists(At("script")) ? File.ReadAllText(At("script")) : "";

    /// <summary>The enforcer's options but for socket, program, bound and what is never dropped.</summary>
    public Func<EnforcerOptions, EnforcerOptions> More { get; init; } = static o => o;

    public static Task<ScriptedNft> StartAsync(int max = 100, params string[] never) => StartAsync(new ScriptedNft(), max, never);

    public static async Task<ScriptedNft> StartAsync(ScriptedNft nft, int max = 100, params string[] never)
    {
        nft.Shows(EmptyTable);
        await nft.WriteProgramAsync($"""
            #!/bin/sh
            if [ -f {nft._folder}/error ]; then cat {nft._folder}/error >&2; exit 1; fi
            case $1 in -f) cat >>{nft._folder}/script ;; -j) cat {nft._folder}/table ;; esac
            """);
        await nft.ListenAsync(max, never);
        return nft;
    }

    public async Task ListenAsync(int max = 100, params string[] never)
    {
        var ready = new TaskCompletionSource();
        var options = new EnforcerOptions { Socket = Socket, Nft = At("nft"), Max = max, Never = [.. never.Select(n => System.Net.IPNetwork.Parse(n))] };
        var running = new EnforcerServer(More(options), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).RunAsync(ready.SetResult, _end.Token);
        await await Task.WhenAny(ready.Task, running);
        _running = running;
    }

    // Moved over: a program that reads it meanwhile has the old one or the new one.
    public void Shows(string json)
    {
        File.WriteAllText(At("table.new"), json);
        File.Move(At("table.new"), At("table"), overwrite: true);
    }

    /// <summary>An empty table that has dropped so many packets.</summary>
    public void Counts(int packets) => Shows(EmptyTable.Replace("5}},{\"counter\":{\"packets\":2", $"0}}}},{{\"counter\":{{\"packets\":{packets}", StringComparison.Ordinal));

    /// <summary>Every run fails with this; null ends it.</summary>
    public void Fails(string? error)
    {
        if (error is null)
            File.Delete(At("error"));
        else
            File.WriteAllText(At("error"), error);
    }

    public void Forget() => File.Delete(At("script"));

    /// <summary>Ends the enforcer as a signal does.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        if (_running is not null)
            await _running;
        _running = null;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // By a process of its own: a file that this one writes is open in whatever another test starts meanwhile, and cannot be run then.
    private async Task WriteProgramAsync(string text)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat >\"$0\" && chmod 755 \"$0\"", At("nft")]) { RedirectStandardInput = true, UseShellExecute = false })!;
        await shell.StandardInput.WriteAsync(text);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
    }

    private string At(string name) => Path.Combine(_folder, name);
}
