using System.Text;
using Microsoft.Extensions.Logging;

namespace Weir.Stores.Redis;

/// <summary>Subscriptions on a connection of their own; all are made again on each new connection.</summary>
internal sealed class RedisSubscriber : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly RedisLink _link;
    private readonly ILogger _logger;

    public RedisSubscriber(RedisHome home, RedisOptions options, TimeProvider clock, ILogger logger)
    {
        _logger = logger;
        _link = new RedisLink(stop => home.ConnectAsync(Take, stop), options, clock, OnChange);
    }

    public IDisposable Add(string channel, Action<ReadOnlyMemory<byte>> onMessage, Action? onSubscribed)
    {
        var subscription = new Subscription(this, Encoding.UTF8.GetBytes(channel), onMessage, onSubscribed);
        lock (_lock)
        {
            _subscriptions.Add(subscription);
            _link.Current?.Post(RedisCommand.Of("SUBSCRIBE"u8.ToArray(), subscription.Channel));
        }

        return subscription;
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private void OnChange(RedisLink link, RedisException? why)
    {
        if (why is not null)
            return;
        lock (_lock)
        {
            foreach (var channel in _subscriptions.Select(s => s.Channel))
                link.Current?.Post(RedisCommand.Of("SUBSCRIBE"u8.ToArray(), channel));
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
            if (!_subscriptions.Exists(s => s.Channel.AsSpan().SequenceEqual(subscription.Channel)))
                _link.Current?.Post(RedisCommand.Of("UNSUBSCRIBE"u8.ToArray(), subscription.Channel));
        }
    }

    private void Take(RedisReply push)
    {
        // The server's refusal, or the answer to PING.
        if (push.IsError)
            throw RedisException.Of(push);
        if (push.Items.Length < 3)
            return;
        var (kind, channel, body) = (push.Items[0], push.Items[1], push.Items[2]);
        var isMessage = kind.Span.SequenceEqual("message"u8);
        if (!isMessage && !kind.Span.SequenceEqual("subscribe"u8))
            return;
        Subscription[] heard;
        lock (_lock)
            heard = [.. _subscriptions.Where(s => channel.Span.SequenceEqual(s.Channel))];
        foreach (var one in heard)
        {
            try
            {
                if (isMessage)
                    one.OnMessage(body.Memory);
                else
                    one.OnSubscribed?.Invoke();
            }
            catch (Exception bug)
            {
                // A listener's fault must not end the connection for the others.
                RedisLog.ListenerFailed(_logger, bug);
            }
        }
    }

    private sealed class Subscription(RedisSubscriber owner, byte[] channel, Action<ReadOnlyMemory<byte>> onMessage, Action? onSubscribed) : IDisposable
    {
        public byte[] Channel { get; } = channel;

        public Action<ReadOnlyMemory<byte>> OnMessage { get; } = onMessage;

        public Action? OnSubscribed { get; } = onSubscribed;

        public void Dispose() => owner.Remove(this);
    }
}
