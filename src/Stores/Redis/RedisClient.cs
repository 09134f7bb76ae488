using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Weir.Stores.Redis;

/// <inheritdoc cref="IRedisClient" />
public sealed class RedisClient : IRedisClient
{
    /// <summary>Nodes of a cluster that redirections may name; the rest is not followed.</summary>
    internal const int MaxNodes = 256;

    /// <summary>A node of a cluster that had no command for so long is let go when it does not answer, or another is named.</summary>
    internal static readonly TimeSpan MaxNodeIdle = TimeSpan.FromMinutes(1);

    private const int MaxRedirects = 5;
    private readonly ConcurrentDictionary<RedisEndpoint, RedisNode> _nodes = new();
    private readonly ConditionalWeakTable<RedisLink, object> _up = [];
    private readonly RedisSlots _slots = new();
    private readonly Lock _lock = new();
    private readonly RedisOptions _options;
    private readonly string _use;
    private readonly TimeProvider _clock;
    private readonly RedisMetrics _metrics;
    private readonly ILogger _logger;
    private readonly RedisConnector _connector;
    private readonly RedisHome _home;
    private readonly RedisNode _first;
    private RedisSubscriber? _subscriber;
    private bool _disposed;
    private string? _lastError;
    private long _connects;

    /// <summary>Starts to connect at once.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="use">What it is for, as a metric's tag: a word of the code.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    /// <param name="clock">Clock.</param>
    public RedisClient(RedisOptions options, string use, RedisMetrics metrics, ILogger logger, TimeProvider clock)
    {
        (_options, _use, _metrics, _logger, _clock) = (options, use, metrics, logger, clock);
        _connector = new RedisConnector(options, clock);
        _home = new RedisHome(options, _connector, clock);
        _first = new RedisNode(null, stop => MakeAsync(null, stop), options, clock, OnChange);
    }

    /// <inheritdoc />
    public event Action? Changed;

    /// <inheritdoc />
    public bool IsConnected => _first.IsConnected;

    /// <inheritdoc />
    public string Endpoint => (_home.Now ?? (_options.Sentinels.Count > 0 ? _options.Sentinels[0] : _options.Endpoints[0])).ToString();

    /// <inheritdoc />
    public string? LastError => IsConnected ? null : Volatile.Read(ref _lastError);

    /// <inheritdoc />
    public long Connects => Volatile.Read(ref _connects);

    /// <inheritdoc />
    public string? SubscriptionError => Volatile.Read(ref _subscriber)?.LastError;

    /// <summary>Nodes of a cluster that have connections, beside the first.</summary>
    internal int Nodes => _nodes.Count;

    /// <inheritdoc />
    public Task WaitConnectedAsync(CancellationToken cancellation) => _first.WaitAsync(cancellation);

    /// <inheritdoc />
    public async ValueTask<RedisReply> SendAsync(RedisCommand command, CancellationToken cancellation = default)
    {
        var start = _clock.GetTimestamp();
        try
        {
            var reply = await RouteAsync(command, cancellation);
            _metrics.Answered(_use, _clock.GetElapsedTime(start));
            return reply;
        }
        catch (RedisException e)
        {
            _metrics.Failed(_use, Word(e.Fault));
            throw;
        }
        catch (OperationCanceledException)
        {
            _metrics.Failed(_use, "canceled");
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask<RedisReply> EvaluateAsync(
        RedisScript script, ReadOnlyMemory<byte>[] keys, ReadOnlyMemory<byte>[] arguments, CancellationToken cancellation = default)
    {
        var reply = await SendAsync(script.Command(byHash: true, keys, arguments), cancellation);
        if (!reply.IsErrorOf("NOSCRIPT"u8))
            return reply;
        reply.Dispose();
        // EVAL makes the server keep it.
        return await SendAsync(script.Command(byHash: false, keys, arguments), cancellation);
    }

    /// <inheritdoc />
    public IDisposable Subscribe(string channel, Action<ReadOnlyMemory<byte>> onMessage, Action? onSubscribed = null)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _subscriber ??= new RedisSubscriber(_home, _options, _use, _clock, _logger);
        }

        return _subscriber.Add(channel, onMessage, onSubscribed);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        if (_subscriber is not null)
            await _subscriber.DisposeAsync();
        await DisposeAsync(_first);
        foreach (var node in _nodes.Values)
            await DisposeAsync(node);
    }

    private async Task<RedisReply> RouteAsync(RedisCommand command, CancellationToken cancellation)
    {
        var (node, asking) = (_slots.Find(command.Key) ?? _first, false);
        for (var i = 0; i <= MaxRedirects; i++)
        {
            node.Use();
            if (node.Pick() is not { } connection)
            {
                Drop(node);
                throw new RedisException(
                    RedisFault.NotConnected, node.Endpoint is { } gone ? $"No connection to the cluster's node {gone}." : _lastError ?? "There is no connection to Redis yet.");
            }

            var reply = await connection.SendAsync(command, asking, cancellation);
            if (!reply.IsError)
                return reply;
            if (reply.IsReadOnly)
                _home.Leave(connection, new RedisException(RedisFault.ConnectionLost, $"Redis at {node.Endpoint ?? _home.Now} is a replica and takes no writes."));
            if (RedisRedirect.Of(reply, node.Endpoint ?? _home.Now ?? _options.Endpoints[0]) is not { } redirect)
                return reply;
            _metrics.Redirected(_use);
            node = await NodeAsync(redirect.Endpoint, cancellation);
            asking = redirect.IsAsk;
            if (!asking)
                _slots.Learn(redirect.Slot, node);
        }

        throw new RedisException(RedisFault.Server, $"Redis sent the command on more than {MaxRedirects} times.");
    }

    private async Task<RedisNode> NodeAsync(RedisEndpoint endpoint, CancellationToken cancellation)
    {
        RedisNode? node;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_nodes.TryGetValue(endpoint, out node))
            {
                foreach (var idle in _nodes.Values.Where(n => n.Idle > MaxNodeIdle))
                    Drop(idle);
                if (_nodes.Count >= MaxNodes)
                    throw new RedisException(RedisFault.Server, $"The cluster names more than {MaxNodes} nodes.");
                node = new RedisNode(endpoint, stop => MakeAsync(endpoint, stop), _options, _clock, OnChange);
                _nodes[endpoint] = node;
            }
        }

        if (node.IsConnected)
            return node;
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            await node.WaitAsync(both.Token);
            return node;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Drop(node);
            throw new RedisException(RedisFault.NotConnected, $"No connection to the cluster's node {endpoint}.");
        }
    }

    // Counted before anyone can use it.
    private async Task<RedisConnection> MakeAsync(RedisEndpoint? endpoint, CancellationToken stop)
    {
        var connection = endpoint is null ? await _home.ConnectAsync(null, stop) : await _connector.ConnectAsync(endpoint, null, stop);
        Interlocked.Increment(ref _connects);
        return connection;
    }

    // A node of a cluster that is gone: a redirection names it again should it come back.
    private void Drop(RedisNode node)
    {
        if (node == _first)
            return;
        _slots.Forget(node);
        if (_nodes.TryRemove(new KeyValuePair<RedisEndpoint, RedisNode>(node.Endpoint!, node)))
            _ = DisposeAsync(node);
    }

    private async Task DisposeAsync(RedisNode node)
    {
        await node.DisposeAsync();
        foreach (var link in node.Links)
            Down(link);
    }

    private void OnChange(RedisNode node, RedisLink link, RedisException? why)
    {
        var endpoint = node.Endpoint?.ToString() ?? Endpoint;
        if (node.Endpoint is null)
            Volatile.Write(ref _lastError, why?.Message);
        if (why is null)
        {
            node.IsNews(null);
            _up.AddOrUpdate(link, this);
            _metrics.Connections(_use, 1);
            RedisLog.Connected(_logger, endpoint, _use);
        }
        else
        {
            Down(link);
            if (node.IsNews(why.Message))
                RedisLog.Lost(_logger, endpoint, _use, why.Message);
            if (!node.IsConnected && node.Idle > MaxNodeIdle)
                Drop(node);
        }

        Changed?.Invoke();
    }

    private void Down(RedisLink link)
    {
        if (_up.Remove(link))
            _metrics.Connections(_use, -1);
    }

    private static string Word(RedisFault fault) => fault switch
    {
        RedisFault.NotConnected => "not_connected",
        RedisFault.ConnectionLost => "connection_lost",
        RedisFault.TimedOut => "timed_out",
        RedisFault.Full => "full",
        RedisFault.Malformed => "malformed",
        RedisFault.Denied => "denied",
        _ => "server",
    };
}
