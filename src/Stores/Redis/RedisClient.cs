using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Weir.Stores.Redis;

/// <inheritdoc cref="IRedisClient" />
public sealed class RedisClient : IRedisClient
{
    /// <summary>Nodes of a cluster that redirections may name; the rest is not followed.</summary>
    internal const int MaxNodes = 256;

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
        _first = new RedisNode(stop => _home.ConnectAsync(null, stop), options, clock, OnChange);
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
            _subscriber ??= new RedisSubscriber(_home, _options, _clock, _logger);
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
        await _first.DisposeAsync();
        foreach (var node in _nodes.Values)
            await node.DisposeAsync();
    }

    private async Task<RedisReply> RouteAsync(RedisCommand command, CancellationToken cancellation)
    {
        var (node, asking) = (_slots.Find(command.Key) ?? _first, false);
        for (var i = 0; i <= MaxRedirects; i++)
        {
            if (node.Pick() is not { } connection)
            {
                _slots.Forget(node);
                throw new RedisException(RedisFault.NotConnected, _lastError ?? "There is no connection to Redis yet.");
            }

            var reply = await connection.SendAsync(command, asking, cancellation);
            if (!reply.IsError)
                return reply;
            if (reply.IsErrorOf("READONLY"u8) && _options.Sentinels.Count > 0)
                node.Renew(new RedisException(RedisFault.ConnectionLost, "Redis is not the master any more."));
            var asked = _nodes.FirstOrDefault(n => n.Value == node).Key ?? _home.Now ?? _options.Endpoints[0];
            if (RedisRedirect.Of(reply, asked) is not { } redirect)
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
                if (_nodes.Count >= MaxNodes)
                    throw new RedisException(RedisFault.Server, $"The cluster names more than {MaxNodes} nodes.");
                node = new RedisNode(stop => _connector.ConnectAsync(endpoint, null, stop), _options, _clock, OnChange);
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
            throw new RedisException(RedisFault.NotConnected, $"No connection to the cluster's node {endpoint}.");
        }
    }

    private void OnChange(RedisLink link, RedisException? why)
    {
        var first = Interlocked.Exchange(ref _lastError, why?.Message) != why?.Message;
        if (why is null)
        {
            _up.AddOrUpdate(link, this);
            _metrics.Connections(_use, 1);
            RedisLog.Connected(_logger, Endpoint, _use);
        }
        else
        {
            if (_up.Remove(link))
                _metrics.Connections(_use, -1);
            // Attempts go on for as long as it takes; the same reason is said once.
            if (first)
                RedisLog.Lost(_logger, Endpoint, _use, why.Message);
        }

        Changed?.Invoke();
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
