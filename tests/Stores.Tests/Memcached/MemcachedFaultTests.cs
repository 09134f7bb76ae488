using Weir.Stores.Memcached;
using Weir.Stores.Tests.Redis;

namespace Weir.Stores.Tests.Memcached;

/// <summary>The client and a server that does not do as it should.</summary>
public sealed class MemcachedFaultTests
{
    [Theory]
    [InlineData("ERROR\r\n", "Memcached answered: ERROR")]
    [InlineData("CLIENT_ERROR bad command line format\r\n", "Memcached answered: bad command line format")]
    [InlineData("SERVER_ERROR out of memory storing object\r\n", "Memcached answered: out of memory storing object")]
    [InlineData("SERVER_ERROR a\tb\u0001c\r\n", "Memcached answered: a b c")]
    public async Task The_servers_error_is_one_line_and_the_connection_goes_on(string answer, string text)
    {
        await using var server = new ScriptedMemcached(line => line.StartsWith("mg bad", StringComparison.Ordinal) ? answer : line.StartsWith("mg", StringComparison.Ordinal) ? "EN\r\n" : null);
        await using var client = await Memcache.ConnectAsync(One(server));

        var fault = await Memcache.FailsAsync(async () => await client.Servers[0].GetAsync(Memcache.Bytes("bad")));

        Assert.Equal((MemcachedFault.Server, text), (fault.Fault, fault.Message));
        Assert.False((await client.Servers[0].GetAsync(Memcache.Bytes("good"))).IsHit);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("nonsense\r\n")]
    [InlineData("\n")]
    [InlineData("EN\n")]
    [InlineData("VA x f0 O1\r\n")]
    [InlineData("VA -1 f0 O1\r\n")]
    [InlineData("VA 99999999999 f0 O1\r\n")]
    [InlineData("VA 2000000 f0 O1\r\n")]
    [InlineData("VA 1 f0 O99\r\nx\r\n")]
    [InlineData("VA 1 f0\r\nx\r\n")]
    [InlineData("VA 1 f0 O1\r\nxyz\r\n")]
    [InlineData("HD O1\r\n")]
    [InlineData("MN\r\n")]
    [InlineData("VERSION 1\r\n")]
    public async Task What_is_no_answer_to_the_question_ends_the_connection_and_the_next_goes_on(string answer)
    {
        var bad = true;
        await using var server = new ScriptedMemcached(line => line.StartsWith("mg", StringComparison.Ordinal) ? Volatile.Read(ref bad) ? answer : "EN\r\n" : null);
        var options = One(server);
        await using var client = await Memcache.ConnectAsync(new MemcachedOptions
        {
            Servers = options.Servers,
            Connections = 1,
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
            MinBackoff = options.MinBackoff,
            MaxBackoff = options.MaxBackoff,
            MaxValueBytes = 1_000_000,
        });

        var fault = await Memcache.FailsAsync(async () => await client.Servers[0].GetAsync(Memcache.Bytes("k")));

        Assert.Equal(MemcachedFault.Malformed, fault.Fault);
        Volatile.Write(ref bad, false);
        await Client.UntilAsync(() => server.Connections > 1 && client.Servers[0].IsConnected, "there is another connection");
        Assert.False((await client.Servers[0].GetAsync(Memcache.Bytes("k"))).IsHit);
    }

    [Fact]
    public async Task A_connection_that_is_cut_fails_what_is_under_way()
    {
        await using var server = new ScriptedMemcached(_ => null);
        await using var client = await Memcache.ConnectAsync(One(server));

        var fault = await Memcache.FailsAsync(async () => await client.Servers[0].GetAsync(Memcache.Bytes("k")));

        Assert.Equal(MemcachedFault.ConnectionLost, fault.Fault);
    }

    [Fact]
    public async Task No_answer_in_time_is_a_fault_and_a_late_answer_goes_to_nobody()
    {
        var silent = true;
        await using var server = new ScriptedMemcached(line => !line.StartsWith("mg", StringComparison.Ordinal) ? null : Volatile.Read(ref silent) ? "" : "EN\r\nEN\r\n");
        var options = One(server);
        await using var client = await Memcache.ConnectAsync(new MemcachedOptions
        {
            Servers = options.Servers,
            Connections = 1,
            ConnectTimeout = Client.Patience,
            CommandTimeout = TimeSpan.FromMilliseconds(100),
            MinBackoff = options.MinBackoff,
        });

        var fault = await Memcache.FailsAsync(async () => await client.Servers[0].GetAsync(Memcache.Bytes("k")));
        Assert.Equal(MemcachedFault.TimedOut, fault.Fault);

        // On a slow machine this one may be late too: the point is that it gets its own answer when it gets one.
        Volatile.Write(ref silent, false);
        try
        {
            Assert.False((await client.Servers[0].GetAsync(Memcache.Bytes("k"))).IsHit);
        }
        catch (MemcachedException late)
        {
            Assert.Equal(MemcachedFault.TimedOut, late.Fault);
        }
    }

    [Fact]
    public async Task As_much_is_under_way_as_may_be_and_no_more()
    {
        await using var server = new ScriptedMemcached(line => line.StartsWith("mg", StringComparison.Ordinal) ? "" : null);
        await using var client = await Memcache.ConnectAsync(new MemcachedOptions { Servers = One(server).Servers, Connections = 1, ConnectTimeout = Client.Patience, CommandTimeout = Client.Patience, MaxInFlight = 3 });
        using var cancel = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 3).Select(_ => client.Servers[0].GetAsync(Memcache.Bytes("k"), cancel.Token).AsTask()).ToArray();

        var fault = await Memcache.FailsAsync(async () => await client.Servers[0].GetAsync(Memcache.Bytes("k")));

        Assert.Equal(MemcachedFault.Full, fault.Fault);
        await cancel.CancelAsync();
        foreach (var one in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
    }

    [Fact]
    public async Task A_server_before_the_meta_protocol_is_named_as_such()
    {
        await using var server = new ScriptedMemcached(line => line == "version" ? "VERSION 1.4.5\r\n" : "ERROR\r\n");
        await using var client = Memcache.New(One(server));

        await Client.UntilAsync(() => client.Servers[0].LastError is not null, "the attempt has failed");

        Assert.Equal($"127.0.0.1:{server.Port} is 1.4.5 and does not speak the meta protocol, which came with 1.6.", client.Servers[0].LastError);
    }

    private static MemcachedOptions One(ScriptedMemcached server)
    {
        var options = Memcache.Options(server.Port);
        return new MemcachedOptions
        {
            Servers = options.Servers,
            Connections = 1,
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
            MinBackoff = options.MinBackoff,
            MaxBackoff = options.MaxBackoff,
        };
    }
}
