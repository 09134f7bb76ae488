using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Functional.Edge;

/// <summary>Many connections of one attacker.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    // Connections that are being made at once: what the kernel queues for the gateway must not overflow.
    private const int AtOnce = 200;

    private readonly Socket[] _sockets;
    private readonly string[] _answers;
    private readonly CancellationTokenSource _over = new();
    private Task[] _reading = [];
    private int _ended;
    private int _refused;

    private Crowd(int count)
    {
        _sockets = new Socket[count];
        _answers = new string[count];
        Array.Fill(_answers, "");
    }

    public int Count => _sockets.Length;

    /// <summary>Connections that the gateway has ended, those that did not come about included.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Connections that were refused or reset before anything was sent.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>What each has read so far, up to 4 KB; only of crowds that read.</summary>
    public IReadOnlyList<string> Answers => _answers;

    /// <summary>As many connections as asked for, or as the descriptors of this process and of its gateway allow.</summary>
    public static int Within(int wanted)
    {
        var line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        // The third column is what is in force: .NET raises it to the hard limit.
        var limit = line[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return limit == "unlimited" ? wanted : Math.Min(wanted, (int)Math.Min(int.MaxValue, long.Parse(limit)) - 1500);
    }

    /// <summary>Connects all and sends the same bytes on each.</summary>
    /// <param name="target">The gateway.</param>
    /// <param name="from">The attacker's address.</param>
    /// <param name="count">Connections.</param>
    /// <param name="first">What each sends; may be empty.</param>
    /// <param name="read">False reads nothing, and keeps the window as small as it can be.</param>
    public static async Task<Crowd> OpenAsync(IPEndPoint target, IPAddress from, int count, byte[] first, bool read = true)
    {
        var crowd = new Crowd(count);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            crowd._sockets[i] = socket;
            if (!read)
                socket.ReceiveBufferSize = 4096;
            try
            {
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(target, cancel);
                if (first.Length > 0)
                    await socket.SendAsync(first, cancel);
            }
            catch (SocketException)
            {
                Interlocked.Increment(ref crowd._refused);
            }
        });
        if (read)
            crowd._reading = [.. Enumerable.Range(0, count).Select(crowd.ReadAsync)];
        return crowd;
    }

    /// <summary>Sends on each, whatever has become of it.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        foreach (var socket in _sockets)
        {
            try
            {
                await socket.SendAsync(bytes, _over.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The gateway has ended it: the reading side counts that.
            }
        }
    }

    /// <summary>Reads so many bytes of each, where there are so many, and no more: a slow reader's sip.</summary>
    public int Sip(int bytes)
    {
        var buffer = new byte[bytes];
        var sipped = 0;
        foreach (var socket in _sockets)
        {
            try
            {
                if (socket.Available > 0)
                    sipped += socket.Receive(buffer);
            }
            catch (SocketException)
            {
                // Ended by the gateway.
            }
        }

        return sipped;
    }

    /// <summary>From now on everything is read, as fast as it comes.</summary>
    public void ReadOn() => _reading = [.. Enumerable.Range(0, Count).Select(ReadAsync)];

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (var socket in _sockets)
        {
            // Reset, so that no port is kept for the next test.
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }

        await Task.WhenAll(_reading);
        _over.Dispose();
    }

    private async Task ReadAsync(int i)
    {
        var buffer = new byte[4096];
        try
        {
            while (await _sockets[i].ReceiveAsync(buffer.AsMemory(), _over.Token) is > 0 and var received)
            {
                if (_answers[i].Length < 4096)
                    _answers[i] += Encoding.Latin1.GetString(buffer, 0, received);
            }
        }
        catch (SocketException)
        {
            // Reset.
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        Interlocked.Increment(ref _ended);
    }
}
