namespace Weir.Stores.Redis;

/// <summary>Says where to connect: the configured servers in turn, or the master that a sentinel names.</summary>
internal sealed class RedisHome(RedisOptions options, RedisConnector connector, TimeProvider clock)
{
    private int _next = -1;
    private RedisEndpoint? _now;

    /// <summary>Where the last attempt went; null before any.</summary>
    public RedisEndpoint? Now => Volatile.Read(ref _now);

    /// <summary>A connection to the next server; with sentinels, to one that is a master.</summary>
    /// <exception cref="RedisException">There is none.</exception>
    public async Task<RedisConnection> ConnectAsync(Action<RedisReply>? onPush, CancellationToken cancellation)
    {
        var endpoint = options.Sentinels.Count > 0 ? await AskSentinelsAsync(cancellation) : Next(options.Endpoints);
        Volatile.Write(ref _now, endpoint);
        var connection = await connector.ConnectAsync(endpoint, onPush, cancellation);
        if (options.Sentinels.Count == 0)
            return connection;
        // A sentinel's word may be older than a failover.
        try
        {
            using var role = (await connection.SendAsync(RedisCommand.Of("ROLE"u8.ToArray()), asking: false, cancellation)).ThrowIfError();
            if (role.Items.Length > 0 && role.Items[0].Span.SequenceEqual("master"u8))
                return connection;
            throw new RedisException(RedisFault.NotConnected, $"{endpoint} is not the master any more.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private RedisEndpoint Next(IReadOnlyList<RedisEndpoint> endpoints) => endpoints[(int)((uint)Interlocked.Increment(ref _next) % (uint)endpoints.Count)];

    private async Task<RedisEndpoint> AskSentinelsAsync(CancellationToken cancellation)
    {
        var asking = new RedisConnector(Sentinel(), clock);
        RedisException? why = null;
        for (var i = 0; i < options.Sentinels.Count; i++)
        {
            var sentinel = Next(options.Sentinels);
            try
            {
                await using var connection = await asking.ConnectAsync(sentinel, null, cancellation);
                using var reply = (await connection.SendAsync(
                    RedisCommand.Of("SENTINEL"u8.ToArray(), "get-master-addr-by-name"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(options.MasterName)),
                    asking: false,
                    cancellation)).ThrowIfError();
                if (reply.Items is [var host, var port] && RedisEndpoint.Parse($"{host.Text}:{port.Text}") is { } master)
                    return master;
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
