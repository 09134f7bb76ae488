using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Support.Http;

/// <summary>A client's end of an HTTP/1 connection, byte for byte. A read that gets nothing for a minute fails.</summary>
public sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly StringBuilder _unread = new();
    private readonly byte[] _buffer = new byte[16384];
    private bool _ended;

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(IPEndPoint gateway)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(gateway);
        return connection;
    }

    /// <summary>Sends each character as a byte. A peer that has closed already is no error: what it answered counts.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));
        }
        catch (IOException)
        {
            // The answer, if there was one, is still to be read.
        }
    }

    /// <summary>The next answer that is not 1xx, head and body; null when the peer closes without.</summary>
    /// <param name="toHead">True for an answer to HEAD, which has no body.</param>
    public async Task<string?> ReadAnswerAsync(bool toHead = false)
    {
        while (true)
        {
            int head;
            while ((head = _unread.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            {
                if (!await FillAsync())
                    return null;
            }

            var answer = Take(head + 4);
            var status = StatusOf(answer);
            if (status is >= 100 and < 200 and not 101)
                continue;
            if (toHead || status is 101 or 204 or 304)
                return answer;
            if (HeaderOf(answer, "Content-Length") is { } length)
                return answer + await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture));
            return HeaderOf(answer, "Transfer-Encoding") is null ? answer + await ReadToEndAsync() : answer + await ReadChunksAsync();
        }
    }

    /// <summary>All that still comes until the peer closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
            // All of it is wanted.
        }

        return Take(_unread.Length);
    }

    public static int StatusOf(string answer) => int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>The value of the first header of that name; null when there is none.</summary>
    public static string? HeaderOf(string answer, string name) =>
        answer.Split("\r\n\r\n")[0].Split("\r\n").Skip(1)
            .Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(l => l[(name.Length + 1)..].Trim())
            .FirstOrDefault();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return default;
    }

    private async Task<string> ReadChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            int line;
            while ((line = _unread.ToString().IndexOf("\r\n", StringComparison.Ordinal)) < 0)
            {
                if (!await FillAsync())
                    return body.ToString();
            }

            var size = int.Parse(Take(line + 2).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            body.Append((await TakeAsync(size + 2))[..size]);
            if (size == 0)
                return body.ToString();
        }
    }

    private async Task<string> TakeAsync(int count)
    {
        while (_unread.Length < count)
        {
            if (!await FillAsync())
                throw new IOException($"The peer closed {count - _unread.Length} bytes before the end of its answer.");
        }

        return Take(count);
    }

    private string Take(int count)
    {
        var taken = _unread.ToString(0, count);
        _unread.Remove(0, count);
        return taken;
    }

    private async Task<bool> FillAsync()
    {
        if (_ended)
            return false;
        try
        {
            var read = await _client.GetStream().ReadAsync(_buffer).AsTask().WaitAsync(Patience);
            _ended = read == 0;
            _unread.Append(Encoding.Latin1.GetString(_buffer, 0, read));
        }
        catch (IOException)
        {
            // A reset after the answer is a close, too.
            _ended = true;
        }

        return !_ended;
    }
}
