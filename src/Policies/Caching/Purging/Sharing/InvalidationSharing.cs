using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Entries;
using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Purging.Sharing;

/// <inheritdoc cref="IInvalidationSharing" />
/// <remarks>A message is a version byte, 16 bytes of the gateway's own number, and 16 of each key, least significant byte first.</remarks>
internal sealed class InvalidationSharing : IInvalidationSharing, IAsyncDisposable
{
    /// <summary>Keys that wait to be sent; more are dropped.</summary>
    public const int MaxWaiting = 4096;

    /// <summary>Keys of one message.</summary>
    public const int MaxKeys = 500;

    private const byte Version = 1;
    private const int NumberBytes = 16;
    private const int Head = 1 + NumberBytes;

    private readonly Channel<CacheKey> _waiting = Channel.CreateBounded<CacheKey>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly UInt128 _self = new(BitConverter.ToUInt64(Guid.NewGuid().ToByteArray()), BitConverter.ToUInt64(Guid.NewGuid().ToByteArray()));
    private readonly IRedisClient _redis;
    private readonly PurgeNames _names;
    private readonly PurgeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly IDisposable _subscription;
    private readonly Task _running;

    /// <summary>Begins at once.</summary>
    /// <param name="redis">Somebody else's: it is not disposed here.</param>
    /// <param name="prefix">As of <see cref="PurgeSharing"/>.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    public InvalidationSharing(IRedisClient redis, string prefix, PurgeMetrics metrics, ILogger logger)
    {
        (_redis, _names, _metrics, _logger) = (redis, new PurgeNames(prefix), metrics, logger);
        _subscription = redis.Subscribe(_names.Invalidations, OnMessage);
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc />
    public event Action<CacheKey>? Received;

    /// <inheritdoc />
    public void Publish(CacheKey key)
    {
        if (!_redis.IsConnected || !_waiting.Writer.TryWrite(key))
            _metrics.Dropped("invalidation");
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _subscription.Dispose();
        _stop.Dispose();
    }

    // What comes while one message is under way goes into the next.
    private async Task RunAsync()
    {
        var channel = Encoding.UTF8.GetBytes(_names.Invalidations);
        while (await _waiting.Reader.WaitToReadAsync(_stop.Token))
        {
            var count = 0;
            var message = new byte[Head + (MaxKeys * NumberBytes)];
            message[0] = Version;
            BinaryPrimitives.WriteUInt128LittleEndian(message.AsSpan(1), _self);
            while (count < MaxKeys && _waiting.Reader.TryRead(out var key))
                BinaryPrimitives.WriteUInt128LittleEndian(message.AsSpan(Head + (count++ * NumberBytes)), key.Hash);
            try
            {
                var command = RedisCommand.Of("PUBLISH"u8.ToArray(), channel, message.AsMemory(0, Head + (count * NumberBytes)));
                using var reply = (await _redis.SendAsync(command, _stop.Token)).ThrowIfError();
                _metrics.Invalidated("sent", count);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _metrics.Dropped("invalidation", count);
                if (e is not RedisException)
                    PurgeLog.Failed(_logger, e, "invalidations");
            }
        }
    }

    private void OnMessage(ReadOnlyMemory<byte> message)
    {
        var bytes = message.Span;
        var count = (bytes.Length - Head) / NumberBytes;
        if (bytes.Length < Head || bytes[0] != Version || count is 0 or > MaxKeys || bytes.Length != Head + (count * NumberBytes))
        {
            _metrics.Malformed("invalidation");
            return;
        }

        if (BinaryPrimitives.ReadUInt128LittleEndian(bytes[1..]) == _self)
            return;
        _metrics.Invalidated("received", count);
        for (var i = 0; i < count; i++)
            Received?.Invoke(new CacheKey(BinaryPrimitives.ReadUInt128LittleEndian(bytes[(Head + (i * NumberBytes))..])));
    }
}
