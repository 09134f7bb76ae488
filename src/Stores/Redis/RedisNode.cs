namespace Weir.Stores.Redis;

/// <summary>The connections to one server.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private readonly RedisLink[] _links;
    private readonly TimeProvider _clock;
    private long _usedAt;
    private string? _said;

    /// <param name="endpoint">Where it is; null for the one that the configuration finds.</param>
    /// <param name="connect">Makes a connection.</param>
    /// <param name="options">Number of connections, pauses.</param>
    /// <param name="clock">Clock.</param>
    /// <param name="changed">As <see cref="RedisLink"/> tells it.</param>
    public RedisNode(
        RedisEndpoint? endpoint, Func<CancellationToken, Task<RedisConnection>> connect, RedisOptions options, TimeProvider clock,
        Action<RedisNode, RedisLink, RedisException?> changed)
    {
        (Endpoint, _clock, _usedAt) = (endpoint, clock, clock.GetTimestamp());
        _links = [.. Enumerable.Range(0, options.Connections).Select(_ => new RedisLink(connect, options, clock, (link, why) => changed(this, link, why)))];
    }

    public RedisEndpoint? Endpoint { get; }

    public IReadOnlyList<RedisLink> Links => _links;

    /// <summary>Since a command went there.</summary>
    public TimeSpan Idle => _clock.GetElapsedTime(Volatile.Read(ref _usedAt));

    public bool IsConnected => Array.Exists(_links, l => l.Current is not null);

    public Task WaitAsync(CancellationToken cancellation) => Task.WhenAny(_links.Select(l => l.WaitAsync(cancellation))).Unwrap();

    /// <summary>This processor's connection, or another that is up; null when none is.</summary>
    public RedisConnection? Pick()
    {
        var start = Thread.GetCurrentProcessorId() % _links.Length;
        for (var i = 0; i < _links.Length; i++)
        {
            if (_links[(start + i) % _links.Length].Current is { } up)
                return up;
        }

        return null;
    }

    public void Use() => Volatile.Write(ref _usedAt, _clock.GetTimestamp());

    /// <summary>True when the reason is another than last time. Attempts go on for as long as it takes; the same reason is said once.</summary>
    public bool IsNews(string? why) => Interlocked.Exchange(ref _said, why) != why;

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            await link.DisposeAsync();
    }
}
