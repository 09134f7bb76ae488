using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Stores.Tests.Redis;

public sealed class RedisSubscriberTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refused_channel_is_told_once_and_heard_as_soon_as_it_may_be_and_the_others_go_on(bool resp3)
    {
        await using var server = await RedisServer.StartAsync("user weir on nopass ~* resetchannels &open:* +@all");
        var log = new Lines();
        var options = Client.Options(server.Port, resp3);
        await using var client = await Client.ConnectAsync(
            new RedisOptions
            {
                Endpoints = options.Endpoints,
                User = "weir",
                Password = () => "any",
                UseResp3 = resp3,
                ConnectTimeout = options.ConnectTimeout,
                CommandTimeout = options.CommandTimeout,
                MaxBackoff = options.MaxBackoff,
            },
            log: log);
        var (open, shut, messages) = (0, 0, 0);
        using var one = client.Subscribe("open:1", _ => Interlocked.Increment(ref messages), () => Interlocked.Increment(ref open));
        using var two = client.Subscribe("shut:1", _ => Interlocked.Increment(ref messages), () => Interlocked.Increment(ref shut));

        await Client.UntilAsync(() => client.SubscriptionError is not null, "refused");
        Assert.Contains("NOPERM", client.SubscriptionError, StringComparison.Ordinal);
        await Client.UntilAsync(async () => Refusals(await server.CliAsync("INFO", "commandstats")) >= 3, "asked for again");
        await server.CliAsync("PUBLISH", "open:1", "x");
        await Client.UntilAsync(() => Volatile.Read(ref messages) == 1, "the other channel is heard");
        // Not by a new connection each time, after which everything would be read anew.
        Assert.Equal((1, 0), (open, shut));
        Assert.Single(log.All, l => l.StartsWith("Redis refuses a subscription (test)", StringComparison.Ordinal));

        await server.CliAsync("ACL", "SETUSER", "weir", "&shut:*");
        await Client.UntilAsync(() => client.SubscriptionError is null && Volatile.Read(ref shut) == 1, "allowed");
        Assert.Equal(1, open);
    }

    // cmdstat_subscribe:calls=1,...,rejected_calls=0,failed_calls=3: 7.0 checks channels before the call.
    private static int Refusals(string stats) =>
        stats.Split('\n').Where(l => l.StartsWith("cmdstat_subscribe", StringComparison.Ordinal))
            .Sum(l => l.Split(',').Where(f => f.StartsWith("rejected_calls", StringComparison.Ordinal)).Sum(f => int.Parse(f.Split('=')[1].Trim())));

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));
    }
}
