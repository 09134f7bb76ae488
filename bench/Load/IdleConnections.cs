using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Weir.Bench.Load;

/// <summary>Connections that have each had one answer and now do nothing but stay open.</summary>
internal sealed class IdleConnections : IDisposable
{
    private const int AtOnce = 64;
    // So many addresses that the ports of one cannot run out.
    private const int Addresses = 8;
    private readonly IPEndPoint _target;
    private readonly bool _isTls;
    private readonly List<Stream> _streams = [];
    private readonly Lock _lock = new();
    private int _failures;

    private IdleConnections(IPEndPoint target, bool isTls) => (_target, _isTls) = (target, isTls);

    /// <summary>Connections that could not be opened or got no answer.</summary>
    public int Failures => _failures;

    public static async Task<IdleConnections> OpenAsync(IPEndPoint target, bool isTls, int count, CancellationToken stop)
    {
        var connections = new IdleConnections(target, isTls);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            (index, cancel) => connections.OpenOneAsync(index, cancel));
        return connections;
    }

    /// <summary>Asks once more on each; the number that did not answer.</summary>
    public async Task<int> AskAgainAsync(CancellationToken stop)
    {
        var lost = 0;
        await Parallel.ForEachAsync(
            _streams,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (stream, cancel) =>
            {
                if (!await TryAskAsync(stream, cancel))
                    Interlocked.Increment(ref lost);
            });
        return lost;
    }

    public void Dispose()
    {
        foreach (var stream in _streams)
            stream.Dispose();
    }

    private async ValueTask OpenOneAsync(int index, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + index % Addresses)]), 0));
            await socket.ConnectAsync(_target, cancel);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (_isTls)
                stream = await SecureAsync(stream, cancel);
        }
        catch (Exception failure) when (failure is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            stream?.Dispose();
            socket.Dispose();
            Interlocked.Increment(ref _failures);
            return;
        }

        if (!await TryAskAsync(stream, cancel))
            Interlocked.Increment(ref _failures);
        lock (_lock)
            _streams.Add(stream);
    }

    private static async Task<Stream> SecureAsync(Stream plain, CancellationToken cancel)
    {
        var secure = new SslStream(plain);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            // The bench made the certificate itself, a moment ago.
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
            AllowTlsResume = false,
        };
        await secure.AuthenticateAsClientAsync(options, cancel);
        return secure;
    }

    private async Task<bool> TryAskAsync(Stream stream, CancellationToken cancel)
    {
        try
        {
            var buffer = new byte[4096];
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /1k HTTP/1.1\r\nHost: {_target}\r\n\r\n"), cancel);
            // A head of some hundred bytes and the 1,024 of the file, which is all x.
            var text = new StringBuilder();
            while (true)
            {
                var read = await stream.ReadAsync(buffer, cancel);
                if (read == 0)
                    return false;
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
                var all = text.ToString();
                if (all.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and > 0 && all.Length - end - 4 >= 1024)
                    return all.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
            }
        }
        catch (IOException)
        {
            return false;
        }
    }
}
