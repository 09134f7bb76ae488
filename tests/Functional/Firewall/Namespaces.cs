using System.Diagnostics;

namespace Weir.Functional.Firewall;

/// <summary>
/// Two network namespaces joined by a veth pair: a server at 10.77.0.1 and fd77::1, clients at 10.77.0.2 and fd77:0:0:1::2. Nothing
/// of the machine's own network is touched. Both are gone at the end.
/// </summary>
internal sealed class Namespaces : IAsyncDisposable
{
    public const string ServerAddress = "10.77.0.1";
    public const string ClientAddress = "10.77.0.2";
    public const string OtherClientAddress = "10.77.0.3";
    public const string ServerAddress6 = "fd77::1";
    public const string ClientAddress6 = "fd77:0:0:1::2";

    private Namespaces(string name) => (Server, Client) = ($"weir-s{name}", $"weir-c{name}");

    public string Server { get; }

    public string Client { get; }

    public static async Task<Namespaces> CreateAsync()
    {
        var made = new Namespaces(Guid.NewGuid().ToString("N")[..8]);
        try
        {
            await RunAsync("ip", "netns", "add", made.Server);
            await RunAsync("ip", "netns", "add", made.Client);
            await RunAsync("ip", "-n", made.Server, "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", made.Client);
            await made.UpAsync(made.Server, "v0", $"{ServerAddress}/24", $"{ServerAddress6}/16");
            await made.UpAsync(made.Client, "v1", $"{ClientAddress}/24", $"{OtherClientAddress}/24", $"{ClientAddress6}/16");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>nft in the server's namespace; its output.</summary>
    public Task<string> NftAsync(params string[] arguments) => RunAsync("ip", ["netns", "exec", Server, "/usr/sbin/nft", .. arguments]);

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; its error is in the message.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in new[] { Server, Client })
        {
            if (File.Exists($"/run/netns/{name}"))
                await RunAsync("ip", "netns", "del", name);
        }
    }

    private async Task UpAsync(string name, string device, params string[] addresses)
    {
        await RunAsync("ip", "-n", name, "link", "set", "lo", "up");
        await RunAsync("ip", "-n", name, "link", "set", device, "up");
        foreach (var address in addresses)
            await RunAsync("ip", ["-n", name, "addr", "add", address, "dev", device, .. address.Contains(':', StringComparison.Ordinal) ? new[] { "nodad" } : []]);
    }
}
