using System.Globalization;
using Weir.Policies.Contracts;
using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <inheritdoc cref="ISharedState" />
internal sealed class SharedState(TimeProvider clock, LiveReplicas replicas) : ISharedState, ISharedRedis
{
    private IRedisClient? _client;
    private DateTimeOffset _since = clock.GetUtcNow();
    private bool _was;

    /// <inheritdoc />
    public bool IsConfigured => _client is not null;

    /// <inheritdoc />
    public bool IsConnected => _client is { IsConnected: true };

    /// <inheritdoc />
    public IRedisClient? Client => _client;

    /// <inheritdoc />
    public string Prefix { get; private set; } = "";

    /// <inheritdoc />
    public string Describe() =>
        _client is not { } client ? "not configured"
        : client.IsConnected ? string.Create(CultureInfo.InvariantCulture, $"connected to redis at {client.Endpoint}, {replicas.Live} gateways alive")
            + (client.SubscriptionError is { } deaf ? $"; does not hear the others: {deaf}" : "")
        : string.Create(CultureInfo.InvariantCulture, $"local only since {_since:yyyy-MM-dd HH:mm:ss}Z: {client.LastError ?? $"no connection to redis at {client.Endpoint} yet"}");

    public void Use(IRedisClient client, string prefix)
    {
        Prefix = prefix;
        _client = client;
        client.Changed += () =>
        {
            var now = client.IsConnected;
            if (now != _was)
                _since = clock.GetUtcNow();
            _was = now;
        };
    }
}
