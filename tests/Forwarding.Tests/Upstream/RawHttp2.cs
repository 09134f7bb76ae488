using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>An HTTP/2 client with prior knowledge that checks nothing of what it sends.</summary>
internal sealed class RawHttp2 : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly byte[] _header = new byte[9];

    public static async Task<RawHttp2> ConnectAsync(string url)
    {
        var uri = new Uri(url);
        var raw = new RawHttp2();
        await raw._client.ConnectAsync(uri.Host, uri.Port);
        await raw._client.GetStream().WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await raw.SendAsync(type: 4, flags: 0, stream: 0, []);
        return raw;
    }

    /// <summary>Sends a request without body, each field as a literal, and waits for its end or the connection's.</summary>
    /// <returns>The type of the frame that answered it: 1 for headers, 3 for a reset, 7 or -1 for the connection's end.</returns>
    public async Task<int> RequestAsync(int stream, params (string Name, string Value)[] fields)
    {
        // End of stream and of headers.
        await SendAsync(type: 1, flags: 5, stream, Block(fields));
        return await AnswerAsync(stream);
    }

    /// <summary>Sends a request with a body of unknown length and trailers.</summary>
    public async Task<int> RequestAsync(int stream, (string Name, string Value)[] fields, string body, params (string Name, string Value)[] trailers)
    {
        await SendAsync(type: 1, flags: 4, stream, Block(fields));
        await SendAsync(type: 0, flags: 0, stream, Encoding.Latin1.GetBytes(body));
        await SendAsync(type: 1, flags: 5, stream, Block(trailers));
        return await AnswerAsync(stream);
    }

    public void Dispose() => _client.Dispose();

    private static byte[] Block((string Name, string Value)[] fields)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
        {
            block.Add(0);
            Add(block, name);
            Add(block, value);
        }

        return [.. block];
    }

    private static void Add(List<byte> block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        Assert.InRange(bytes.Length, 0, 126);
        block.Add((byte)bytes.Length);
        block.AddRange(bytes);
    }

    private async Task<int> AnswerAsync(int stream)
    {
        while (true)
        {
            var (type, of) = await ReadAsync();
            if (type is 7 or -1 || (of == stream && type is (1 or 3)))
                return type;
        }
    }

    private async Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _client.GetStream().WriteAsync(frame);
    }

    private async Task<(int Type, int Stream)> ReadAsync()
    {
        try
        {
            var stream = _client.GetStream();
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await stream.ReadExactlyAsync(_header, late.Token);
            var length = (_header[0] << 16) | (_header[1] << 8) | _header[2];
            await stream.ReadExactlyAsync(new byte[length], late.Token);
            return (_header[3], BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(5)) & int.MaxValue);
        }
        catch (IOException)
        {
            return (-1, 0);
        }
    }
}
