using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Stores.Redis;

namespace Weir.Stores.Tests.Redis;

/// <summary>A server that answers as the test says, in RESP2.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string?> _answer;
    private readonly Task _running;

    /// <param name="answer">Gets the words of a command, one space between; gives the line of the reply, or null for none.</param>
    public ScriptedServer(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var all = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                all.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(all);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        using var commands = new RedisReplyReader(new RedisLimits());
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await connection.ReceiveAsync(buffer, _stop.Token)) > 0)
            {
                var left = new ReadOnlySequence<byte>(buffer.AsMemory(0, read).ToArray());
                while (commands.TryRead(ref left, out var command))
                {
                    var words = string.Join(' ', command.Items.ToArray().Select(w => w.Text));
                    if (_answer(words) is { } line)
                        await connection.SendAsync(Encoding.UTF8.GetBytes(line + "\r\n"), _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client or the test has ended.
        }
    }
}
