using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Weir.Support.Http;

namespace Weir.Gateway.Tests.RequestRules;

/// <summary>The same requests under other settings, what the rules count, and what comes back.</summary>
public sealed class SwitchTests
{
    [Fact]
    public async Task Underscore_headers_pass_when_allowed()
    {
        await using var gateway = await StartAsync("--Weir:RequestRules:UnderscoreHeaders=Allow");
        await ExpectAsync(gateway, HttpCase.Forwarded("allow", HttpCase.Get("X_A: 1", "X.B: 2"), sees: ["X_A: 1\r\n", "X.B: 2\r\n"]));
    }

    [Fact]
    public async Task Underscore_headers_are_400_when_refused()
    {
        await using var gateway = await StartAsync("--Weir:RequestRules:UnderscoreHeaders=Refuse");
        await ExpectAsync(gateway, HttpCase.Refused("refuse", 400, HttpCase.Get("X_A: 1")));
    }

    [Fact]
    public async Task TRACE_and_TRACK_pass_when_allowed()
    {
        await using var gateway = await StartAsync("--Weir:RequestRules:AllowTrace=true");
        await ExpectAsync(gateway, HttpCase.Forwarded("trace", HttpCase.Head("TRACE / HTTP/1.1", "Host: a"), sees: ["TRACE / HTTP/1.1\r\n"]));
        await ExpectAsync(gateway, HttpCase.Forwarded("track", HttpCase.Head("TRACK / HTTP/1.1", "Host: a"), sees: ["TRACK / HTTP/1.1\r\n"]));
    }

    [Fact]
    public async Task Only_listed_methods_pass_and_the_answer_names_them()
    {
        await using var gateway = await StartAsync("--Weir:RequestRules:AllowedMethods:0=GET", "--Weir:RequestRules:AllowedMethods:1=HEAD");
        await ExpectAsync(gateway, HttpCase.Forwarded("get", HttpCase.Get()));
        await ExpectAsync(gateway, HttpCase.Refused("post", 405, HttpCase.Post()));
        await using var connection = await RawConnection.OpenAsync(gateway.EndPoint);
        await connection.SendAsync(HttpCase.Post());
        Assert.Equal("GET, HEAD", RawConnection.HeaderOf((await connection.ReadAnswerAsync())!, "Allow"));
    }

    [Fact]
    public async Task Upgrades_and_protected_headers_are_those_of_the_lists()
    {
        await using var gateway = await StartAsync("--Weir:RequestRules:Upgrades:0=other", "--Weir:RequestRules:ProtectedHeaders:0=X-Mine-*", "--Weir:RequestRules:MaxConnectionOptions=2");
        await ExpectAsync(gateway, HttpCase.Forwarded("websocket", HttpCase.Get("Connection: Upgrade", "Upgrade: websocket"), hides: ["Upgrade:"]));
        await ExpectAsync(gateway, HttpCase.Forwarded("mine", HttpCase.Get("Connection: X-Mine-A, X-Real-IP", "X-Mine-A: 1", "X-Real-IP: 2"), sees: ["X-Mine-A: 1\r\n"], hides: ["X-Real-IP"]));
        await ExpectAsync(gateway, HttpCase.Refused("three", 400, HttpCase.Get("Connection: A, B, C")));
    }

    [Fact]
    public async Task Bytes_from_0x80_in_an_answers_header_come_back_as_they_are()
    {
        await using var gateway = await StartAsync();
        gateway.Origin.AnswerHeaders = "X-Name: caf\u00E9 \u00C3\u00A9\r\n";
        await using var connection = await RawConnection.OpenAsync(gateway.EndPoint);
        await connection.SendAsync(HttpCase.Get());
        Assert.Equal("caf\u00E9 \u00C3\u00A9", RawConnection.HeaderOf((await connection.ReadAnswerAsync())!, "X-Name"));
    }

    [Fact]
    public async Task Refusals_and_what_was_taken_out_are_counted_and_the_answer_says_why()
    {
        await using var gateway = await StartAsync();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        var meters = gateway.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name.StartsWith("weir.request_rules.", StringComparison.Ordinal) && instrument.Meter.Scope == meters)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (counts)
                counts[$"{instrument.Name} {tags[0].Key}={tags[0].Value}"] = value;
        });
        listener.Start();
        await using (var connection = await RawConnection.OpenAsync(gateway.EndPoint))
        {
            await connection.SendAsync(HttpCase.Get("Connection: A", "A: 1", "B_: 1", "Proxy: 1", "TE: gzip", "Upgrade: h2c"));
            Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        await using (var connection = await RawConnection.OpenAsync(gateway.EndPoint))
        {
            await connection.SendAsync(HttpCase.Head("POST / HTTP/1.0", "Host: a", "Expect: 100-continue", "Content-Length: 0"));
            Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        await using (var connection = await RawConnection.OpenAsync(gateway.EndPoint))
        {
            await connection.SendAsync(HttpCase.Post("Transfer-Encoding: chunked, chunked") + "0\r\n\r\n");
            Assert.EndsWith("400 transfer_encoding\n", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
        }

        lock (counts)
        {
            Assert.Equal(
                [
                    "weir.request_rules.refused reason=transfer_encoding", "weir.request_rules.stripped what=connection_named",
                    "weir.request_rules.stripped what=expect", "weir.request_rules.stripped what=proxy",
                    "weir.request_rules.stripped what=te", "weir.request_rules.stripped what=underscore", "weir.request_rules.stripped what=upgrade",
                ],
                counts.Keys.Order(StringComparer.Ordinal));
        }
    }

    private static async Task<RulesGateway> StartAsync(params string[] settings)
    {
        var gateway = new RulesGateway();
        await gateway.StartAsync(settings);
        return gateway;
    }

    private static async Task ExpectAsync(RulesGateway gateway, HttpCase sample) =>
        Assert.Equal("", string.Join("; ", await new CorpusRunner(gateway.EndPoint, gateway.Origin).RunAsync(sample)));
}
