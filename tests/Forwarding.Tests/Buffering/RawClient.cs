using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weir.Forwarding.Tests.Buffering;

/// <summary>A client that sends what a test says, when it says so.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly List<byte> _rest = [];

    private RawClient()
    {
    }

    public static async Task<RawClient> ConnectAsync(string url)
    {
        var raw = new RawClient();
        var uri = new Uri(url);
        await raw._client.ConnectAsync(uri.Host, uri.Port);
        return raw;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes);

    public Task SendHeadAsync(long length, string more = "") =>
        SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{more}\r\n");

    /// <summary>Reads one answer: its head, and its body by Content-Length, chunks or the connection's end.</summary>
    public async Task<(string Head, byte[] Body)> ReadAnswerAsync()
    {
        var head = await ReadHeadAsync();
        if (head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            var body = new List<byte>();
            while (true)
            {
                var size = int.Parse((await TakeToAsync("\r\n"u8.ToArray())).Trim(), NumberStyles.HexNumber);
                body.AddRange(await TakeAsync(size));
                await TakeAsync(2);
                if (size == 0)
                    return (head, body.ToArray());
            }
        }

        var at = head.IndexOf("\r\nContent-Length: ", StringComparison.OrdinalIgnoreCase);
        return (head, at < 0 ? [] : await TakeAsync(int.Parse(head[(at + 18)..].Split('\r')[0])));
    }

    /// <summary>Reads up to the empty line.</summary>
    public Task<string> ReadHeadAsync() => TakeToAsync("\r\n\r\n"u8.ToArray());

    /// <summary>Reads up to and with a text.</summary>
    public Task<string> ReadToAsync(string end) => TakeToAsync(Encoding.Latin1.GetBytes(end));

    /// <summary>Reads to the connection's end.</summary>
    public async Task<byte[]> ReadRestAsync()
    {
        var all = new MemoryStream();
        all.Write(_rest.ToArray());
        _rest.Clear();
        var buffer = new byte[1 << 20];
        while (await _client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(60)) is > 0 and var read)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }

    /// <summary>Takes the framing off a chunked body without trailers.</summary>
    public static byte[] Unchunk(ReadOnlySpan<byte> body)
    {
        var all = new MemoryStream();
        while (true)
        {
            var line = body.IndexOf("\r\n"u8);
            var size = int.Parse(Encoding.ASCII.GetString(body[..line]), NumberStyles.HexNumber);
            all.Write(body.Slice(line + 2, size));
            body = body[(line + size + 4)..];
            if (size == 0)
                return body.Length == 0 ? all.ToArray() : throw new FormatException("More behind the last chunk.");
        }
    }

    /// <summary>True when the server ends the connection.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            return await ReadMoreAsync() == 0;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> TakeToAsync(byte[] end)
    {
        while (true)
        {
            var at = _rest.ToArray().AsSpan().IndexOf(end);
            if (at >= 0)
                return Encoding.Latin1.GetString(await TakeAsync(at + end.Length));
            if (await ReadMoreAsync() == 0)
                throw new EndOfStreamException(Encoding.Latin1.GetString(_rest.ToArray()));
        }
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_rest.Count < count)
        {
            if (await ReadMoreAsync() == 0)
                throw new EndOfStreamException();
        }

        var taken = _rest.GetRange(0, count).ToArray();
        _rest.RemoveRange(0, count);
        return taken;
    }

    private async Task<int> ReadMoreAsync()
    {
        var buffer = new byte[65536];
        var read = await _client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        _rest.AddRange(buffer.AsSpan(0, read));
        return read;
    }
}
