using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Forwarding.Tests;

/// <summary>An upstream that reads each request strictly, keeps it, and answers as its script says.</summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    public const string Page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RecordedRequest, ServerConnection, Task<bool>> _script;
    private readonly bool _atHead;
    private readonly X509Certificate2? _certificate;
    private readonly ConcurrentQueue<RecordedRequest> _all = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly Task _accepting;
    private int _requests;
    private int _accepted;
    private int _open;

    /// <param name="script">Answers a request; false closes the connection.</param>
    /// <param name="atHead">True runs the script as soon as the head is there, without the body.</param>
    /// <param name="certificate">For TLS.</param>
    public RecordingServer(Func<RecordedRequest, ServerConnection, Task<bool>> script, bool atHead = false, X509Certificate2? certificate = null)
    {
        (_script, _atHead, _certificate) = (script, atHead, certificate);
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public string Url => $"{(_certificate is null ? "http" : "https")}://{Authority}";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Authority => $"127.0.0.1:{Port}";

    /// <summary>Requests read so far, in order.</summary>
    public IReadOnlyList<RecordedRequest> All => [.. _all];

    public RecordedRequest Only => Assert.Single(_all);

    /// <summary>What was not strictly right, in words.</summary>
    public IReadOnlyList<string> Violations => [.. _violations];

    /// <summary>Connections accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The name that the last client asked for in its TLS handshake.</summary>
    public string? ServerName { get; private set; }

    /// <summary>Answers every request alike, and closes behind it if told so.</summary>
    public static RecordingServer Answering(string answer = Page, bool closes = false) => new(async (_, connection) =>
    {
        await connection.SendAsync(answer);
        return !closes;
    });

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
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var number = Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
        using (client)
        {
            try
            {
                var stream = await StreamOfAsync(client);
                var reader = new StrictRequestReader(stream);
                while (await reader.ReadAsync(Interlocked.Increment(ref _requests), number, _atHead, _stop.Token) is { } request)
                {
                    _all.Enqueue(request);
                    if (!await _script(request, new ServerConnection(client, stream, reader, _stop.Token)))
                        return;
                }
            }
            catch (FormatException wrong)
            {
                _violations.Enqueue(wrong.Message);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The gateway closed the connection, or the test is over.
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        }
    }

    private async Task<Stream> StreamOfAsync(TcpClient client)
    {
        client.NoDelay = true;
        if (_certificate is null)
            return client.GetStream();
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                ServerName = hello.ServerName;
                return new ValueTask<SslServerAuthenticationOptions>(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
            },
            null,
            _stop.Token);
        return tls;
    }
}
