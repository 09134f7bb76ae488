using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Forwarding.Tests;

/// <summary>An upstream that does on each request what its script says: answers, hangs, closes or resets at a given point.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public const string Page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _requests;

    public ScriptedServer(Func<int, NetworkStream, CancellationToken, Task<bool>> script, int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(512);
        _accepting = AcceptAsync(script);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Requests seen so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers every request after a delay.</summary>
    public static ScriptedServer Answering(TimeSpan delay = default, string answer = Page) => new(async (_, stream, stop) =>
    {
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, stop);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop);
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<int, NetworkStream, CancellationToken, Task<bool>> script)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), script));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<int, NetworkStream, CancellationToken, Task<bool>> script)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[16384];
                var head = new StringBuilder();
                while (true)
                {
                    var read = await stream.ReadAsync(buffer, _stop.Token);
                    if (read == 0)
                        return;
                    head.Append(Encoding.ASCII.GetString(buffer, 0, read));
                    if (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                        continue;
                    head.Clear();
                    if (!await script(Interlocked.Increment(ref _requests), stream, _stop.Token))
                    {
                        client.LingerState = new LingerOption(true, 0);
                        return;
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The gateway closed the connection, or the test is over.
            }
        }
    }
}
