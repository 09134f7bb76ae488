using System.Net.Sockets;

namespace Weir.Stores.Memcached;

/// <summary>Makes connections to one server, and looks at its first answers.</summary>
internal sealed class MemcachedConnector(MemcachedEndpoint endpoint, MemcachedOptions options, TimeProvider clock)
{
    private string? _version;

    /// <summary>Of the server, as it said at the last connection.</summary>
    public string? Version => Volatile.Read(ref _version);

    /// <summary>A connection that is ready for commands.</summary>
    /// <exception cref="MemcachedException">There is none; the message says why.</exception>
    public async Task<MemcachedConnection> ConnectAsync(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        MemcachedConnection? connection = null;
        try
        {
            connection = new MemcachedConnection(await OpenAsync(both.Token), options, clock);
            await GreetAsync(connection, both.Token);
            var ready = connection;
            connection = null;
            return ready;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new MemcachedException(MemcachedFault.NotConnected, $"No connection to {endpoint} within {options.ConnectTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception e) when (e is SocketException || (e is IOException && e is not MemcachedException))
        {
            throw new MemcachedException(MemcachedFault.NotConnected, $"No connection to {endpoint}: {MemcachedException.Printable(e.Message)}", e);
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellation)
    {
        var socket = endpoint.IsUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Address, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task GreetAsync(MemcachedConnection connection, CancellationToken cancellation)
    {
        var version = await connection.SendAsync(new MemcachedCommand(MemcachedVerb.Version), cancellation);
        if (version.Kind != MemcachedReplyKind.Version)
            throw new MemcachedException(MemcachedFault.Server, $"{endpoint} refused the first command: {version.Text}");
        var here = await connection.SendAsync(new MemcachedCommand(MemcachedVerb.Noop), cancellation);
        if (here.Kind != MemcachedReplyKind.Noop)
            throw new MemcachedException(MemcachedFault.Server, $"{endpoint} is {version.Text} and does not speak the meta protocol, which came with 1.6.");
        Volatile.Write(ref _version, version.Text);
    }
}
