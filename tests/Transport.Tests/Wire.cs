using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weir.Transport.Tests;

/// <summary>Plain HTTP/1.1 over a socket, without a client's opinions.</summary>
internal static class Wire
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task SendAsync(this Socket socket, string text) => await socket.SendAllAsync(Encoding.ASCII.GetBytes(text));

    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes).AsTask().WaitAsync(Patience)..];
    }

    /// <summary>One response with a Content-Length: head and body.</summary>
    public static async Task<(string Head, byte[] Body)> ReadResponseAsync(this Socket socket, bool head = false)
    {
        var text = new List<byte>();
        var one = new byte[1];
        while (text.Count < 4 || text[^4] != '\r' || text[^3] != '\n' || text[^2] != '\r' || text[^1] != '\n')
        {
            if (await socket.ReceiveAsync(one).WaitAsync(Patience) == 0)
                throw new EndOfStreamException($"Closed after: {Encoding.ASCII.GetString([.. text])}");
            text.Add(one[0]);
        }

        var all = Encoding.ASCII.GetString([.. text]);
        var length = all.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } field
            ? int.Parse(field.Split(':')[1], CultureInfo.InvariantCulture)
            : 0;
        return (all, head ? [] : await socket.ReadExactlyAsync(length));
    }

    public static async Task<byte[]> ReadExactlyAsync(this Socket socket, int count)
    {
        var body = new byte[count];
        for (var at = 0; at < count;)
        {
            var got = await socket.ReceiveAsync(body.AsMemory(at)).AsTask().WaitAsync(Patience);
            if (got == 0)
                throw new EndOfStreamException($"Closed after {at} of {count} bytes.");
            at += got;
        }

        return body;
    }

    /// <summary>Everything until the peer closes.</summary>
    public static async Task<byte[]> ReadToEndAsync(this Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer).WaitAsync(Patience);
            if (got == 0)
                return all.ToArray();
            all.Write(buffer, 0, got);
        }
    }

    /// <summary>Closes with a reset.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, 0);
        socket.Dispose();
    }

    /// <summary>Waits until it holds; for what other threads do at a time of their own.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what, int seconds = 60)
    {
        for (var i = 0; i < seconds * 100; i++)
        {
            if (holds())
                return;
            await Task.Delay(10);
        }

        Assert.Fail($"Not within {seconds} s: {what}");
    }
}
