namespace Weir.Stores.Redis;

/// <summary>
/// Says where to connect: one of the configured servers, the same for all connections until it fails or turns out to be a
/// replica, then the next; or the master that a sentinel names. Two servers at once would split what is told from what is heard.
/// </summary>
internal sealed class RedisHome(RedisOptions options, RedisConnector connector, TimeProvider clock)
{
    private readonly Lock _lock = new();
    // As many as there are links, and those that have ended since the last one was made.
    private readonly List<(RedisConnection Connection, RedisEndpoint Endpoint)> _made = [];
    private int _at;
    private int _sentinel;
    private RedisEndpoint? _now;

    /// <summary>Where the last attempt went; null before any.</summary>
    public RedisEndpoint? Now => Volatile.Read(ref _now);

    private bool HasSentinels => options.Sentinels.Count > 0;

    /// <summary>A connection to the server in use; with sentinels, to one that is a master.</summary>
    /// <exception cref="RedisException">There is none.</exception>
    public async Task<RedisConnection> ConnectAsync(Action<RedisReply>? onPush, CancellationToken cancellation)
    {
        var at = Volatile.Read(ref _at);
        var endpoint = HasSentinels ? await AskSentinelsAsync(cancellation) : options.Endpoints[at];
        Volatile.Write(ref _now, endpoint);
        RedisConnection? connection = null;
        try
        {
            connection = await connector.ConnectAsync(endpoint, onPush, cancellation);
            if (HasSentinels)
                await DemandMasterAsync(connection, endpoint, cancellation);
            Settle(connection, endpoint, at);
            return connection;
        }
        catch (Exception e)
        {
            if (e is RedisException)
                PassOn(at);
            if (connection is not null)
                await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends all connections to the server of this one, which is of no use; the next ones go to another, where there is one.</summary>
    public void Leave(RedisConnection connection, RedisException why)
    {
        var leaving = new List<RedisConnection> { connection };
        lock (_lock)
        {
            if (_made.Find(m => m.Connection == connection).Endpoint is { } endpoint)
            {
                leaving.AddRange(_made.Where(m => m.Connection != connection && m.Endpoint == endpoint).Select(m => m.Connection));
                _made.RemoveAll(m => m.Endpoint == endpoint);
                if (!HasSentinels && options.Endpoints[_at] == endpoint)
                    _at = (_at + 1) % options.Endpoints.Count;
            }
        }

        leaving.ForEach(c => c.Abort(why));
    }

    private static async Task DemandMasterAsync(RedisConnection connection, RedisEndpoint endpoint, CancellationToken cancellation)
    {
        // A sentinel's word may be older than a failover.
        using var role = (await connection.SendAsync(RedisCommand.Of("ROLE"u8.ToArray()), asking: false, cancellation)).ThrowIfError();
        if (role.Items.Length == 0 || !role.Items[0].Span.SequenceEqual("master"u8))
            throw new RedisException(RedisFault.NotConnected, $"{endpoint} is not the master any more.");
    }

    // All are at one server: one that was late goes where the others are; of two masters the sentinels' last word counts.
    private void Settle(RedisConnection connection, RedisEndpoint endpoint, int at)
    {
        var elsewhere = new List<RedisConnection>();
        lock (_lock)
        {
            _made.RemoveAll(m => m.Connection.Over is not null);
            if (HasSentinels)
                elsewhere.AddRange(_made.Where(m => m.Endpoint != endpoint).Select(m => m.Connection));
            else if (at != _at && _made.Exists(m => m.Endpoint == options.Endpoints[_at]))
                throw new RedisException(RedisFault.NotConnected, $"The other connections have gone to {options.Endpoints[_at]}.");
            else
                _at = at;
            _made.Add((connection, endpoint));
        }

        elsewhere.ForEach(c => c.Abort(new RedisException(RedisFault.ConnectionLost, $"{endpoint} is the master now.")));
    }

    // An attempt that failed while others are up says nothing of the server.
    private void PassOn(int from)
    {
        lock (_lock)
        {
            // A sentinel that is cut off with the old master would name it for ever: another is asked first.
            if (HasSentinels)
                _sentinel = (_sentinel + 1) % options.Sentinels.Count;
            else if (_at == from && !_made.Exists(m => m.Connection.Over is null && m.Endpoint == options.Endpoints[from]))
                _at = (from + 1) % options.Endpoints.Count;
        }
    }

    private async Task<RedisEndpoint> AskSentinelsAsync(CancellationToken cancellation)
    {
        var asking = new RedisConnector(Sentinel(), clock);
        RedisException? why = null;
        var first = Volatile.Read(ref _sentinel);
        for (var i = 0; i < options.Sentinels.Count; i++)
        {
            var at = (first + i) % options.Sentinels.Count;
            var sentinel = options.Sentinels[at];
            try
            {
                await using var connection = await asking.ConnectAsync(sentinel, null, cancellation);
                using var reply = (await connection.SendAsync(
                    RedisCommand.Of("SENTINEL"u8.ToArray(), "get-master-addr-by-name"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(options.MasterName)),
                    asking: false,
                    cancellation)).ThrowIfError();
                if (reply.Items is [var host, var port] && RedisEndpoint.Parse($"{host.Text}:{port.Text}") is { } master)
                {
                    Volatile.Write(ref _sentinel, at);
                    return master;
                }

                why = new RedisException(RedisFault.NotConnected, $"The sentinel {sentinel} knows no master '{options.MasterName}'.");
            }
            catch (RedisException e)
            {
                why = e;
            }
        }

        throw why!;
    }

    private RedisOptions Sentinel() => new()
    {
        Endpoints = options.Sentinels,
        Password = options.SentinelPassword,
        Tls = options.Tls,
        UseResp3 = false,
        ConnectTimeout = options.ConnectTimeout,
        CommandTimeout = options.CommandTimeout,
    };
}
