using System.Net.Sockets;
using System.Text;
using Weir.Policies.Firewall.Enforcer;

namespace Weir.Policies.Tests.Firewall;

public sealed class EnforcerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_makes_its_table_before_it_listens_and_its_socket_is_for_user_and_group_only()
    {
        await using var nft = await ScriptedNft.StartAsync();

        Assert.Contains("add chain inet weir prerouting { type filter hook prerouting priority raw; policy accept; }", nft.Script, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
            Assert.Equal(Convert.ToInt32("660", 8), (int)File.GetUnixFileMode(nft.Socket));
    }

    [Fact]
    public async Task With_ports_only_packets_to_them_are_dropped()
    {
        await using var nft = await ScriptedNft.StartAsync(new ScriptedNft { More = o => o with { Ports = [443, 80, 443] } });

        Assert.Contains(
            """
            add rule inet weir prerouting ip saddr @clients4 meta l4proto { tcp, udp } th dport { 80, 443 } counter name dropped4 drop
            add rule inet weir prerouting ip saddr @networks4 meta l4proto { tcp, udp } th dport { 80, 443 } counter name dropped4 drop
            add rule inet weir prerouting ip6 saddr & ffff:ffff:ffff:ffff:: @clients6 meta l4proto { tcp, udp } th dport { 80, 443 } counter name dropped6 drop
            add rule inet weir prerouting ip6 saddr @networks6 meta l4proto { tcp, udp } th dport { 80, 443 } counter name dropped6 drop
            """, nft.Script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_one_transaction_that_holds_whatever_the_kernel_has()
    {
        await using var nft = await ScriptedNft.StartAsync();
        nft.Forget();

        Assert.Equal(["ok 0 100", "ok 3 0"], await TalkAsync(nft, "hello 1\napply 3\n+ 192.0.2.1/32 60\n- 192.0.2.2/32\n+ 2001:db8::/64 never\n"));

        Assert.Equal(
            """
            add element inet weir clients4 { 192.0.2.1 timeout 1s, 192.0.2.2 timeout 1s }
            delete element inet weir clients4 { 192.0.2.1, 192.0.2.2 }
            add element inet weir clients4 { 192.0.2.1 timeout 60s }
            add element inet weir clients6 { 2001:db8:: timeout 1s }
            delete element inet weir clients6 { 2001:db8:: }
            add element inet weir clients6 { 2001:db8:: }

            """, nft.Script);
    }

    [Fact]
    public async Task What_must_never_be_dropped_is_left_out_and_counted()
    {
        await using var nft = await ScriptedNft.StartAsync(100, "192.0.2.0/24", "2001:db8::/32");
        nft.Forget();

        Assert.Equal(["ok 0 100", "ok 1 1", "ok 1 5"], await TalkAsync(nft,
            "hello 1\napply 2\n+ 192.0.2.1/32 60\n+ 192.0.3.1/32 60\n"
            + "networks 6\n+ 192.0.0.0/16 60\n+ 2001:db8:1::/48 60\n+ 0.0.0.0/0 60\n+ ::/0 60\n+ 8.0.0.0/7 60\n+ 11.0.0.0/8 60\n"));

        Assert.DoesNotContain("192.0.2", nft.Script, StringComparison.Ordinal);
        Assert.DoesNotContain("/0", nft.Script, StringComparison.Ordinal);
        Assert.Contains("add element inet weir networks4 { 11.0.0.0/8 timeout 60s }", nft.Script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apply 1\n+ 192.0.2.1/32 60\n")]
    [InlineData("hello 2\n")]
    [InlineData("hello 1\nunknown\n")]
    [InlineData("hello 1\napply -1\n")]
    [InlineData("hello 1\napply 4097\n")]
    [InlineData("hello 1\nsync 101\n")]
    [InlineData("hello 1\napply 1\n+ 192.0.2.0/24 60\n")]
    [InlineData("hello 1\napply 1\n+ 192.0.2.1/32\n")]
    [InlineData("hello 1\napply 1\n+ 192.0.2.1/32 0\n")]
    [InlineData("hello 1\napply 1\n+ 192.0.2.1/32 315360001\n")]
    [InlineData("hello 1\napply 1\n+ 192.0.2.1/32 60 }; flush ruleset\n")]
    [InlineData("hello 1\napply 1\n192.0.2.1/32 60\n")]
    [InlineData("hello 1\nnetworks 1\n+ 192.0.2.1/32 60\n")]
    [InlineData("hello 1\nnetworks 1\n- 192.0.2.0/24\n")]
    [InlineData("hello 1\nnetworks 2\n+ 192.0.2.0/24 60\n+ 192.0.2.128/25 60\n")]
    [InlineData("hello 1\nsync 1\n- 192.0.2.1/32\n")]
    [InlineData("hello 1\napply 1\n+ 192.0.2.1/32 6\0\n")]
    [InlineData("hello 1\r\n")]
    [InlineData("hello 1\napply 1\n+ 192.0")]
    public async Task What_is_not_of_the_protocol_ends_the_connection_and_changes_nothing(string text)
    {
        await using var nft = await ScriptedNft.StartAsync();
        nft.Forget();

        var answers = await TalkAsync(nft, text);

        Assert.StartsWith("error protocol ", answers[^1], StringComparison.Ordinal);
        Assert.Equal("", nft.Script);
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_off_at_its_bound()
    {
        await using var nft = await ScriptedNft.StartAsync();
        Assert.Equal("error protocol a line is longer than 400 bytes", (await TalkAsync(nft, new string('a', 401)))[^1]);
    }

    [Fact]
    public async Task Whatever_is_sent_nft_reads_only_lines_of_the_enforcers_own()
    {
        await using var nft = await ScriptedNft.StartAsync();
        nft.Forget();
        var random = new Random(20);
        string[] pieces = ["hello 1\n", "apply 1\n", "apply 2\n", "networks 1\n", "sync 1\n", "flush\n", "+ ", "- ", "10.0.0.1/32", "10.0.0.0/24", "2001:db8::/64", " 60\n", " never\n", "\n", ";", "}", "\"", "$", "`", " ", "é", "\0"];
        for (var round = 0; round < 150; round++)
            await TalkAsync(nft, "hello 1\n" + string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)])));

        Assert.All(nft.Script.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
            Assert.Matches(@"\A(add (table|set|counter|chain|rule)|flush (set|chain)) inet weir|\A(add|delete) element inet weir (clients|networks)[46] \{ [0-9a-f:./]+( timeout \d+s)? \}\z", line));
    }

    [Fact]
    public async Task A_list_shows_what_the_kernel_has_and_a_missing_rule_is_told()
    {
        await using var nft = await ScriptedNft.StartAsync();
        const string Start = """{"nftables":[{"counter":{"packets":5}},{"counter":{"packets":2}},{"set":{"name":"clients4","elem":["192.0.2.1",{"elem":{"val":"192.0.2.2","timeout":60,"expires":59}}]}},{"set":{"name":"clients6","elem":["2001:db8::"]}},{"set":{"name":"networks4","elem":[{"elem":{"val":{"prefix":{"addr":"10.0.0.0","len":8}},"timeout":9,"expires":0}}]}},{"set":{"name":"networks6"}},{"chain":{"hook":"prerouting"}},{"rule":{}},{"rule":{}},{"rule":{}}""";
        nft.Shows(Start + ",{\"rule\":{}}]}");
        Assert.Equal(["ok 0 100", "ok 4 7", "+ 192.0.2.1/32 never", "+ 192.0.2.2/32 59", "+ 2001:db8::/64 never", "+ 10.0.0.0/8 1"], await TalkAsync(nft, "hello 1\nlist\n"));

        nft.Shows(Start + "]}");
        Assert.Equal("error incomplete the table lacks a set or a rule", (await TalkAsync(nft, "hello 1\nlist\n"))[^1]);
    }

    [Fact]
    public async Task A_failure_of_nft_is_told_in_one_line_and_the_connection_stays()
    {
        await using var nft = await ScriptedNft.StartAsync();
        nft.Fails("Error: Could not process rule:\nNo such file or directory\n");
        var answers = await TalkAsync(nft, "hello 1\napply 1\n- 192.0.2.1/32\nhello 1\n");
        Assert.Equal(["ok 0 100", "error incomplete nft failed: Error: Could not process rule: No such file or directory", "ok 0 100"], answers);
    }

    [Fact]
    public async Task A_second_enforcer_at_the_same_socket_does_not_start()
    {
        await using var nft = await ScriptedNft.StartAsync();
        var error = await Assert.ThrowsAsync<EnforcerException>(() => nft.ListenAsync());
        Assert.EndsWith("another process listens there.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_left_behind_is_replaced()
    {
        await using var nft = new ScriptedNft();
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(nft.Socket + ".dead"));
            dead.Listen();
            // The end of the listener deletes its own name only.
            File.Move(nft.Socket + ".dead", nft.Socket);
        }

        await ScriptedNft.StartAsync(nft);

        Assert.Equal(["ok 0 100"], await TalkAsync(nft, "hello 1\n"));
    }

    [Theory]
    [InlineData("precious")]
    [InlineData("")]
    public async Task A_file_that_is_no_socket_is_let_be(string text)
    {
        await using var nft = new ScriptedNft();
        await File.WriteAllTextAsync(nft.Socket, text, Cancel);

        var error = await Assert.ThrowsAsync<EnforcerException>(() => ScriptedNft.StartAsync(nft));

        Assert.StartsWith($"--socket is '{nft.Socket}'; what is there cannot be replaced", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(nft.Socket, Cancel));
    }

    [Fact]
    public async Task Connections_that_say_nothing_do_not_keep_the_gateway_out()
    {
        await using var nft = await ScriptedNft.StartAsync();
        var silent = new List<Socket>();
        for (var i = 0; i < EnforcerServer.MaxConnections; i++)
        {
            silent.Add(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
            await silent[i].ConnectAsync(new UnixDomainSocketEndPoint(nft.Socket), Cancel);
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await GreetsAsync(nft))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "The gateway was kept out.");
            await Task.Delay(100, Cancel);
        }

        silent.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_fault_in_one_connection_ends_that_one_and_the_table_still_goes_at_the_end()
    {
        await using (var nft = await ScriptedNft.StartAsync(new ScriptedNft { More = o => o with { FlushOnExit = true } }))
        {
            nft.Shows("{}");
            Assert.Equal(["ok 0 100"], await TalkAsync(nft, "hello 1\nlist\n"));
            nft.Forget();
            await nft.EndAsync();

            Assert.Contains("delete table inet weir", nft.Script, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("weir;")]
    [InlineData("1")]
    public async Task A_table_is_named_by_letters_digits_and_underscores(string table)
    {
        var server = new EnforcerServer(new EnforcerOptions { Socket = "/nonexistent/x", Table = table }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var error = await Assert.ThrowsAsync<EnforcerException>(() => server.RunAsync(null, Cancel));
        Assert.Equal($"--table is '{table}'; allowed: 1 to 32 letters, digits and underscores, a letter first.", error.Message);
    }

    private static async Task<bool> GreetsAsync(ScriptedNft nft)
    {
        try
        {
            return await TalkAsync(nft, "hello 1\n") is ["ok 0 100"];
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return false;
        }
    }

    // Sends all, ends its half and reads what comes.
    private static async Task<string[]> TalkAsync(ScriptedNft nft, string text)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(nft.Socket), Cancel);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
