using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Stores.Tests.Memcached;

/// <summary>A server that greets as memcached does and then answers every line as a test says.</summary>
internal sealed class ScriptedMemcached : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string?> _answer;
    private readonly Task _loop;
    private int _connections;

    /// <param name="answer">Gets a command's line, gives what is sent; null closes the connection, or greets as usual.</param>
    public ScriptedMemcached(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var lines = new StreamReader(stream, Encoding.Latin1);
                while (await lines.ReadLineAsync(_stop.Token) is { } line)
                {
                    var answer = line switch
                    {
                        "version" => _answer(line) ?? "VERSION 1.6.99\r\n",
                        "mn" => _answer(line) ?? "MN\r\n",
                        _ => _answer(line),
                    };
                    if (answer is null)
                        return;
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Over.
            }
        }
    }
}
