using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Weir.Stores.Memcached;

/// <inheritdoc cref="IMemcachedServer" />
internal sealed class MemcachedNode : IMemcachedServer, IAsyncDisposable
{
    private readonly ConditionalWeakTable<MemcachedLink, object> _up = [];
    private readonly MemcachedEndpoint _endpoint;
    private readonly MemcachedTags _tags;
    private readonly MemcachedMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly MemcachedConnector _connector;
    private readonly MemcachedLink[] _links;
    private string? _lastError;

    public MemcachedNode(int index, MemcachedOptions options, string use, MemcachedMetrics metrics, ILogger logger, TimeProvider clock)
    {
        (Index, _endpoint, _metrics, _logger, _clock) = (index, options.Servers[index], metrics, logger, clock);
        _tags = new MemcachedTags(use, index.ToString(CultureInfo.InvariantCulture));
        _connector = new MemcachedConnector(_endpoint, options, clock);
        _links = [.. Enumerable.Range(0, options.Connections).Select(_ => new MemcachedLink(_connector.ConnectAsync, options, clock, OnChange))];
    }

    public int Index { get; }

    public string Endpoint => _endpoint.ToString();

    public string? Version => _connector.Version;

    public bool IsConnected => Array.Exists(_links, l => l.Current is not null);

    public string? LastError => IsConnected ? null : Volatile.Read(ref _lastError);

    public Task WaitConnectedAsync(CancellationToken cancellation) => Task.WhenAny(_links.Select(l => l.WaitAsync(cancellation))).Unwrap();

    public async ValueTask<MemcachedValue> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default)
    {
        MemcachedCommand.Check(key.Span);
        var reply = await SendAsync(new MemcachedCommand(MemcachedVerb.Get, key), cancellation);
        return new MemcachedValue(reply.Kind == MemcachedReplyKind.Value, reply.Value, reply.Flags);
    }

    public async ValueTask<bool> SetAsync(ReadOnlyMemory<byte> key, MemcachedItem item, CancellationToken cancellation = default)
    {
        MemcachedCommand.Check(key.Span);
        var reply = await SendAsync(new MemcachedCommand(MemcachedVerb.Set, key, item), cancellation);
        return reply.Kind == MemcachedReplyKind.Done;
    }

    public async ValueTask<bool> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default)
    {
        MemcachedCommand.Check(key.Span);
        var reply = await SendAsync(new MemcachedCommand(MemcachedVerb.Delete, key), cancellation);
        return reply.Kind == MemcachedReplyKind.Done;
    }

    public async ValueTask<string?> DescribeAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default)
    {
        MemcachedCommand.Check(key.Span);
        var reply = await SendAsync(new MemcachedCommand(MemcachedVerb.Describe, key), cancellation);
        // The key comes first.
        return reply.Kind == MemcachedReplyKind.Miss ? null : reply.Text[(reply.Text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }

    public async ValueTask PingAsync(CancellationToken cancellation = default) => await SendAsync(new MemcachedCommand(MemcachedVerb.Noop), cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            await link.DisposeAsync();
    }

    private async Task<MemcachedReply> SendAsync(MemcachedCommand command, CancellationToken cancellation)
    {
        var start = _clock.GetTimestamp();
        try
        {
            var connection = Pick() ?? throw new MemcachedException(MemcachedFault.NotConnected, LastError ?? "There is no connection to Memcached yet.");
            var reply = await connection.SendAsync(command, cancellation);
            _metrics.Answered(_tags, _clock.GetElapsedTime(start));
            return reply.Kind == MemcachedReplyKind.Error ? throw Error(reply.Text) : reply;
        }
        catch (MemcachedException e)
        {
            _metrics.Failed(_tags, Word(e.Fault));
            throw;
        }
        catch (OperationCanceledException)
        {
            _metrics.Failed(_tags, "canceled");
            throw;
        }
    }

    // This processor's connection, or another that is up.
    private MemcachedConnection? Pick()
    {
        var start = Thread.GetCurrentProcessorId() % _links.Length;
        for (var i = 0; i < _links.Length; i++)
        {
            if (_links[(start + i) % _links.Length].Current is { } up)
                return up;
        }

        return null;
    }

    private void OnChange(MemcachedLink link, MemcachedException? why)
    {
        var first = Interlocked.Exchange(ref _lastError, why?.Message) != why?.Message;
        if (why is null)
        {
            _up.AddOrUpdate(link, this);
            _metrics.Connections(_tags, 1);
            MemcachedLog.Connected(_logger, Endpoint, _connector.Version ?? "", _tags.Use);
            return;
        }

        if (_up.Remove(link))
            _metrics.Connections(_tags, -1);
        // Attempts go on for as long as it takes; the same reason is said once.
        if (first)
            MemcachedLog.Lost(_logger, Endpoint, _tags.Use, why.Message);
    }

    // The server has no codes: this text is all there is.
    private static MemcachedException Error(string text) => new(
        text.Contains("too large", StringComparison.OrdinalIgnoreCase) ? MemcachedFault.TooLarge : MemcachedFault.Server,
        $"Memcached answered: {text}");

    private static string Word(MemcachedFault fault) => fault switch
    {
        MemcachedFault.NotConnected => "not_connected",
        MemcachedFault.ConnectionLost => "connection_lost",
        MemcachedFault.TimedOut => "timed_out",
        MemcachedFault.Full => "full",
        MemcachedFault.Malformed => "malformed",
        MemcachedFault.TooLarge => "too_large",
        _ => "server",
    };
}
