namespace Weir.Stores.Redis;

/// <summary>The connections to one server.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private readonly RedisLink[] _links;

    public RedisNode(Func<CancellationToken, Task<RedisConnection>> connect, RedisOptions options, TimeProvider clock, Action<RedisLink, RedisException?> changed) =>
        _links = [.. Enumerable.Range(0, options.Connections).Select(_ => new RedisLink(connect, options, clock, changed))];

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

    /// <summary>Ends every connection; the links make new ones.</summary>
    public void Renew(RedisException why)
    {
        foreach (var link in _links)
            link.Current?.Abort(why);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            await link.DisposeAsync();
    }
}
