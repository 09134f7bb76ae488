using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Bench.Edge;

/// <summary>A new connection for each request, and how each of them ended: <c>reset</c>, <c>closed</c> without an answer, or a status.</summary>
internal sealed class Knocks
{
    /// <summary>Knock at once; more would only stand in each other's way.</summary>
    private const int Threads = 4;

    private readonly ConcurrentDictionary<string, long> _ends = new();

    public long All => _ends.Values.Sum();

    /// <summary>Share of those that ended so, 0 to 1.</summary>
    public double Share(string end) => (double)_ends.GetValueOrDefault(end) / All;

    public override string ToString() => string.Join(", ", _ends.OrderByDescending(e => e.Value).Select(e => $"{e.Key} {e.Value}"));

    /// <summary>Knocks so many times, from the addresses in turn.</summary>
    /// <param name="request">The whole request of a source address.</param>
    public static async Task<Knocks> RunAsync(IPEndPoint target, IReadOnlyList<IPAddress> from, Func<IPAddress, string> request, int count, CancellationToken stop)
    {
        var knocks = new Knocks();
        byte[][] requests = [.. from.Select(a => Encoding.ASCII.GetBytes(request(a)))];
        var next = -1;
        void Knock()
        {
            var buffer = new byte[4096];
            for (int i; (i = Interlocked.Increment(ref next)) < count && !stop.IsCancellationRequested;)
                knocks._ends.AddOrUpdate(Once(target, from[i % from.Count], requests[i % from.Count], buffer), 1, static (_, n) => n + 1);
        }

        // Threads of their own: each of them waits for the network.
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(Knock, stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        stop.ThrowIfCancellationRequested();
        return knocks;
    }

    private static string Once(IPEndPoint target, IPAddress from, byte[] request, byte[] buffer)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 5000 };
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            socket.Connect(target);
        }
        catch (SocketException failure)
        {
            // On loopback the reset may be there before connect(2) has returned.
            return failure.SocketErrorCode == SocketError.ConnectionReset ? "reset" : "no connection";
        }

        socket.Send(request, SocketFlags.None, out var error);
        if (error != SocketError.Success)
            return "reset";
        var end = "closed";
        while (true)
        {
            var read = socket.Receive(buffer, SocketFlags.None, out error);
            if (read > 12 && end == "closed")
                end = Encoding.ASCII.GetString(buffer, 9, 3);
            if (read > 0)
                continue;
            return error == SocketError.Success || end != "closed" ? end : error == SocketError.TimedOut ? "timed out" : "reset";
        }
    }
}
