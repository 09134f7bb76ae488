using System.Text;
using Microsoft.Extensions.Logging;

namespace Weir.Stores.Redis;

/// <summary>Subscriptions on a connection of their own; all are made again on each new connection.</summary>
internal sealed class RedisSubscriber : IAsyncDisposable
{
    /// <summary>Different refusals that are logged until all channels are heard again.</summary>
    private const int MaxSaid = 16;

    private readonly Lock _lock = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly RedisLink _link;
    private readonly ILogger _logger;

    private readonly HashSet<string> _said = [];
    private readonly RedisOptions _options;
    private readonly string _use;
    private readonly ITimer _again;
    private string? _refusal;
    private string? _down;

    public RedisSubscriber(RedisHome home, RedisOptions options, string use, TimeProvider clock, ILogger logger)
    {
        (_options, _use, _logger) = (options, use, logger);
        _again = clock.CreateTimer(static self => ((RedisSubscriber)self!).AskAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _link = new RedisLink(stop => home.ConnectAsync(Take, stop), options, clock, OnChange);
    }

    /// <summary>Why some channel is not heard; null when there is no reason.</summary>
    public string? LastError => Volatile.Read(ref _refusal) ?? Volatile.Read(ref _down);

    public IDisposable Add(string channel, Action<ReadOnlyMemory<byte>> onMessage, Action? onSubscribed)
    {
        var subscription = new Subscription(this, Encoding.UTF8.GetBytes(channel), onMessage, onSubscribed);
        lock (_lock)
        {
            _subscriptions.Add(subscription);
            Ask(subscription);
        }

        return subscription;
    }

    public async ValueTask DisposeAsync()
    {
        await _again.DisposeAsync();
        await _link.DisposeAsync();
    }

    private void Ask(Subscription subscription) => _link.Current?.Post(RedisCommand.Of("SUBSCRIBE"u8.ToArray(), subscription.Channel));

    private void OnChange(RedisLink link, RedisException? why)
    {
        Volatile.Write(ref _down, why?.Message);
        if (why is not null)
            return;
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.IsConfirmed = false;
                link.Current?.Post(RedisCommand.Of("SUBSCRIBE"u8.ToArray(), subscription.Channel));
            }
        }
    }

    private void AskAgain()
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions.Where(s => !s.IsConfirmed))
                Ask(subscription);
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

    // The connection stays, for the other channels and so that they need not be read anew; the user's rights may be put right.
    private void OnRefusal(string why)
    {
        bool isNews;
        lock (_lock)
        {
            isNews = _said.Count < MaxSaid && _said.Add(why);
            if (_subscriptions.Exists(s => !s.IsConfirmed))
            {
                Volatile.Write(ref _refusal, why);
                _again.Change(_options.MaxBackoff, Timeout.InfiniteTimeSpan);
            }
        }

        if (isNews)
            RedisLog.SubscriptionRefused(_logger, _use, why);
    }

    private void Confirm(ReadOnlySpan<byte> channel)
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
                subscription.IsConfirmed |= channel.SequenceEqual(subscription.Channel);
            if (_subscriptions.Exists(s => !s.IsConfirmed))
                return;
            _said.Clear();
            Volatile.Write(ref _refusal, null);
        }
    }

    private void Take(RedisReply push)
    {
        // No command but SUBSCRIBE and PING goes out here.
        if (push.IsError)
            OnRefusal(RedisException.Of(push).Message);
        if (push.Items.Length < 3)
            return;
        var (kind, channel, body) = (push.Items[0], push.Items[1], push.Items[2]);
        var isMessage = kind.Span.SequenceEqual("message"u8);
        if (!isMessage && !kind.Span.SequenceEqual("subscribe"u8))
            return;
        if (!isMessage)
            Confirm(channel.Span);
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

        /// <summary>The server listens for us on the connection there is.</summary>
        public bool IsConfirmed { get; set; }

        public Action<ReadOnlyMemory<byte>> OnMessage { get; } = onMessage;

        public Action? OnSubscribed { get; } = onSubscribed;

        public void Dispose() => owner.Remove(this);
    }
}
