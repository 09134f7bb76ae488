using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Stores.Memcached;
using Weir.Stores.Tests.Redis;

namespace Weir.Stores.Tests.Memcached;

/// <summary>What the tests of the client share.</summary>
internal static class Memcache
{
    // Patient where a test does not ask for less: the machine may be busy.
    public static MemcachedOptions Options(params int[] ports) => new()
    {
        Servers = [.. ports.Select(p => new MemcachedEndpoint("127.0.0.1", p))],
        ConnectTimeout = TimeSpan.FromSeconds(20),
        CommandTimeout = TimeSpan.FromSeconds(20),
        MinBackoff = TimeSpan.FromMilliseconds(10),
        MaxBackoff = TimeSpan.FromMilliseconds(100),
    };

    public static MemcachedClient New(MemcachedOptions options, TestMeters? meters = null) =>
        new(options, "test", new MemcachedMetrics(meters ?? new TestMeters()), NullLogger.Instance, TimeProvider.System);

    public static async Task<MemcachedClient> ConnectAsync(MemcachedOptions options, TestMeters? meters = null)
    {
        var client = New(options, meters);
        foreach (var server in client.Servers)
        {
            using var patience = new CancellationTokenSource(Client.Patience);
            try
            {
                await server.WaitConnectedAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"No connection: {server.LastError}");
            }
        }

        return client;
    }

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Noise(int length, int seed = 7)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<MemcachedException> FailsAsync(Func<Task> call) => await Assert.ThrowsAsync<MemcachedException>(call);
}
