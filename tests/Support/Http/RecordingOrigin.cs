using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Support.Http;

/// <summary>
/// A server on a free loopback port that keeps every request byte for byte and answers 200 to each. It reads as
/// strictly as it can: by Content-Length or by chunks, CR LF only.
/// </summary>
public sealed class RecordingOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _requests = [];
    private readonly Task _accepting;

    public RecordingOrigin()
    {
        _listener.Start(128);
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Header lines that go into every answer, each with CR LF.</summary>
    public string AnswerHeaders { get; set; } = "";

    /// <summary>The whole requests so far, one character a byte.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public void Forget()
    {
        lock (_requests)
            _requests.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException
            || (e is InvalidOperationException && _stop.IsCancellationRequested))
        {
            // The listener says the last of these when it was stopped between two connections.
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var text = new StringBuilder();
                while (await TakeAsync(stream, text) is { } request)
                {
                    lock (_requests)
                        _requests.Add(request);
                    var body = request.StartsWith("HEAD ", StringComparison.Ordinal) ? "" : "ok";
                    await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{AnswerHeaders}Content-Length: 2\r\n\r\n{body}"), _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or FormatException)
            {
                // The gateway closed the connection, the test is over, or what came was no request: nothing was recorded.
            }
        }
    }

    /// <summary>The next whole request out of what was read and what comes; null when the peer closes.</summary>
    private async Task<string?> TakeAsync(NetworkStream stream, StringBuilder text)
    {
        var buffer = new byte[16384];
        var continued = false;
        while (true)
        {
            var all = text.ToString();
            var head = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && EndOf(all, head + 4) is { } end)
            {
                text.Remove(0, end);
                return all[..end];
            }

            if (head >= 0 && !continued && all[..head].Contains("Expect: 100-continue", StringComparison.OrdinalIgnoreCase))
            {
                continued = true;
                await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
            }

            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
                return null;
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    /// <summary>Where the request ends whose body starts at <paramref name="body"/>; null while it is not all there.</summary>
    private static int? EndOf(string all, int body)
    {
        if (Header(all[..body], "Transfer-Encoding") is not null)
            return EndOfChunks(all, body);
        var end = body + (Header(all[..body], "Content-Length") is { } length ? int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture) : 0);
        return end <= all.Length ? end : null;
    }

    private static int? EndOfChunks(string all, int at)
    {
        while (all.IndexOf("\r\n", at, StringComparison.Ordinal) is var line && line >= 0)
        {
            var size = int.Parse(all[at..line].Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                // The last chunk: trailers, if any, and an empty line.
                var end = all.IndexOf("\r\n\r\n", line, StringComparison.Ordinal);
                return end < 0 ? null : end + 4;
            }

            at = line + 2 + size + 2;
            if (at > all.Length)
                return null;
        }

        return null;
    }

    private static string? Header(string head, string name) =>
        head.Split("\r\n").Skip(1)
            .Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(l => l[(name.Length + 1)..].Trim())
            .FirstOrDefault();
}
