using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Stores.Redis;

/// <summary>Makes connections: socket, TLS, sign-in, database.</summary>
internal sealed class RedisConnector(RedisOptions options, TimeProvider clock)
{
    /// <summary>A connection that is ready for commands.</summary>
    /// <exception cref="RedisException">There is none; the message says why.</exception>
    public async Task<RedisConnection> ConnectAsync(RedisEndpoint endpoint, Action<RedisReply>? onPush, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        RedisConnection? connection = null;
        try
        {
            connection = new RedisConnection(await OpenAsync(endpoint, both.Token), options, clock, onPush);
            await SignInAsync(connection, both.Token);
            var ready = connection;
            connection = null;
            return ready;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new RedisException(RedisFault.NotConnected, $"No connection to {endpoint} within {options.ConnectTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception e) when (e is SocketException or AuthenticationException or CryptographicException or UnauthorizedAccessException || (e is IOException && e is not RedisException))
        {
            throw new RedisException(RedisFault.NotConnected, $"No connection to {endpoint}: {RedisException.Printable(e.Message)}", e);
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    private async Task<Stream> OpenAsync(RedisEndpoint endpoint, CancellationToken cancellation)
    {
        var socket = endpoint.IsUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(endpoint.Address, cancellation);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is { } tls)
            {
                var secure = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = secure;
                await secure.AuthenticateAsClientAsync(Settings(tls, endpoint.Host), cancellation);
            }

            return stream;
        }
        catch
        {
            if (stream is not null)
                await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    // Files are read for each connection: a renewed certificate counts from the next one on.
    private static SslClientAuthenticationOptions Settings(RedisTls tls, string host)
    {
        var settings = new SslClientAuthenticationOptions { TargetHost = tls.ServerName ?? host };
        if (tls.CertificateFile is { } own)
            settings.ClientCertificates = [X509Certificate2.CreateFromPemFile(own, tls.KeyFile)];
        if (!tls.Verify)
        {
#pragma warning disable CA5359 // An operator asked for it; the documentation says what it costs.
            settings.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.CaFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            settings.CertificateChainPolicy = policy;
        }

        return settings;
    }

    private async Task SignInAsync(RedisConnection connection, CancellationToken cancellation)
    {
        var password = options.Password?.Invoke();
        if (!options.UseResp3 || !await HelloAsync(connection, password, cancellation))
        {
            if (password is not null)
                await DemandAsync(connection, options.User is null ? ["AUTH", password] : ["AUTH", options.User, password], cancellation);
            // Before 2.6.9, and where the user may not: a connection without a name is as good.
            if (options.ClientName is { } name)
                (await connection.SendAsync(Command(["CLIENT", "SETNAME", name]), asking: false, cancellation)).Dispose();
        }

        if (options.Database > 0)
            await DemandAsync(connection, ["SELECT", options.Database.ToString()], cancellation);
    }

    // False: a server before 6.0, which does not know HELLO, or one that has RESP2 only.
    private async Task<bool> HelloAsync(RedisConnection connection, string? password, CancellationToken cancellation)
    {
        List<string> words = ["HELLO", "3"];
        if (password is not null)
            words.AddRange(["AUTH", options.User ?? "default", password]);
        if (options.ClientName is { } name)
            words.AddRange(["SETNAME", name]);
        using var reply = await connection.SendAsync(Command(words), asking: false, cancellation);
        if (reply.IsErrorOf("ERR"u8) || reply.IsErrorOf("NOPROTO"u8))
            return false;
        reply.ThrowIfError();
        return true;
    }

    private static async Task DemandAsync(RedisConnection connection, IReadOnlyList<string> words, CancellationToken cancellation)
    {
        using var reply = await connection.SendAsync(Command(words), asking: false, cancellation);
        reply.ThrowIfError();
    }

    private static RedisCommand Command(IReadOnlyList<string> words) =>
        RedisCommand.Of([.. words.Select(w => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(w))]);
}
