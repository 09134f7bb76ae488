using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Stores.Redis;

namespace Weir.Stores.Tests.Redis;

/// <summary>What the tests of the client share.</summary>
internal static class Client
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Patient where a test does not ask for less: the machine may be busy.
    public static RedisOptions Options(int port, bool resp3 = true, int connections = 2) => new()
    {
        Endpoints = [new RedisEndpoint("127.0.0.1", port)],
        UseResp3 = resp3,
        Connections = connections,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        CommandTimeout = TimeSpan.FromSeconds(20),
        MinBackoff = TimeSpan.FromMilliseconds(10),
        MaxBackoff = TimeSpan.FromMilliseconds(100),
    };

    public static RedisClient New(RedisOptions options, TestMeters? meters = null, ILogger? log = null, TimeProvider? clock = null) =>
        new(options, "test", new RedisMetrics(meters ?? new TestMeters()), log ?? NullLogger.Instance, clock ?? TimeProvider.System);

    public static async Task<RedisClient> ConnectAsync(RedisOptions options, TestMeters? meters = null, ILogger? log = null, TimeProvider? clock = null)
    {
        var client = New(options, meters, log, clock);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await client.WaitConnectedAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"No connection: {client.LastError}");
        }

        return client;
    }

    public static RedisCommand Of(params string[] words) => RedisCommand.Of(Bytes(words));

    public static RedisCommand ForKey(params string[] words) => RedisCommand.ForKey(Bytes(words));

    public static ReadOnlyMemory<byte>[] Bytes(params string[] words) => [.. words.Select(w => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(w))];

    public static async Task<string> TextAsync(this RedisClient client, params string[] words)
    {
        using var reply = await client.SendAsync(ForKey(words));
        return reply.Kind == RedisReplyKind.Integer ? reply.Integer.ToString() : reply.Text;
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(50))
        {
            if (await condition())
                return;
        }

        Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}");
    }

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience;)
        {
            if (condition())
                return;
            await Task.Delay(10);
        }

        Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}");
    }
}
