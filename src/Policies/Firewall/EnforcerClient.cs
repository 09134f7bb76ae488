using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Policies.Firewall;

/// <summary>The gateway's side of the protocol: one connection to the enforcer. One call at a time.</summary>
internal sealed class EnforcerClient : IAsyncDisposable
{
    // A million networks take nft about 12 s.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    private readonly LineStream _lines;
    private readonly TimeProvider _time;

    private EnforcerClient(Stream stream, TimeProvider time) => (_lines, _time) = (new LineStream(stream), time);

    /// <summary>Networks that the enforcer takes at once.</summary>
    public int Max { get; private set; }

    /// <exception cref="SocketException">Nobody listens there, or it may not be opened.</exception>
    /// <exception cref="ProtocolException">It refused, or speaks another version.</exception>
    /// <exception cref="IOException">It closed the connection.</exception>
    public static async Task<EnforcerClient> ConnectAsync(string path, TimeProvider time, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var limit = Limit(ConnectTime, cancel);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var client = new EnforcerClient(new NetworkStream(socket, ownsSocket: true), time);
        try
        {
            var (_, max) = await client.CallAsync($"hello {Protocol.Version}", [], cancel);
            client.Max = (int)Math.Clamp(max, 1, int.MaxValue);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Replaces everything.</summary>
    /// <returns>How many networks the enforcer refused by its own rules.</returns>
    public Task<int> SyncAsync(List<KernelBan> bans, CancellationToken cancel) => ReplaceAsync("sync", bans, cancel);

    /// <summary>Replaces all networks that are no single client.</summary>
    public Task<int> NetworksAsync(List<KernelBan> bans, CancellationToken cancel) => ReplaceAsync("networks", bans, cancel);

    /// <summary>Adds, prolongs, shortens and removes single clients.</summary>
    public async Task<int> ApplyAsync(List<(IPNetwork Network, KernelBan? Ban)> clients, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var lines = clients.Select(c => c.Ban is { } ban ? Protocol.Addition(c.Network, ban.SecondsLeft(now)) : Protocol.Removal(c.Network));
        var (_, refused) = await CallAsync($"apply {clients.Count}", lines, cancel);
        return (int)refused;
    }

    public Task FlushAsync(CancellationToken cancel) => CallAsync("flush", [], cancel);

    public async Task<EnforcerListing> ListAsync(CancellationToken cancel)
    {
        using var limit = Limit(AnswerTime, cancel);
        var (count, packets) = await CallAsync("list", [], limit.Token);
        var elements = new Dictionary<IPNetwork, long?>();
        for (var i = 0; i < count; i++)
        {
            if (!Protocol.TryParse(await LineAsync(limit.Token), out var element) || element.IsRemoval)
                throw new ProtocolException(Protocol.BadCommand, "the enforcer's list has a line that is none");
            elements[element.Network] = element.Seconds;
        }

        return new EnforcerListing(elements, packets);
    }

    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    private async Task<int> ReplaceAsync(string command, List<KernelBan> bans, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var (_, refused) = await CallAsync($"{command} {bans.Count}", bans.Select(b => Protocol.Addition(b.Network, b.SecondsLeft(now))), cancel);
        return (int)refused;
    }

    private async Task<(long First, long Second)> CallAsync(string command, IEnumerable<string> lines, CancellationToken cancel)
    {
        using var limit = Limit(AnswerTime, cancel);
        await _lines.WriteAsync(command, limit.Token);
        foreach (var line in lines)
            await _lines.WriteAsync(line, limit.Token);
        await _lines.FlushAsync(limit.Token);
        var answer = await LineAsync(limit.Token);
        var parts = answer.Split(' ', 3);
        if (parts is ["error", var code, var text])
            throw new ProtocolException(code, text);
        if (parts is ["ok", var first, var second]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
            && long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var b))
        {
            return (a, b);
        }

        throw new ProtocolException(Protocol.BadCommand, "the enforcer's answer is none of this protocol");
    }

    private async Task<string> LineAsync(CancellationToken cancel) =>
        await _lines.ReadAsync(cancel) ?? throw new IOException("the enforcer closed the connection");

    private static CancellationTokenSource Limit(TimeSpan time, CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(time);
        return limit;
    }
}
