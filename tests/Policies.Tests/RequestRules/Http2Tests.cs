using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weir.Policies.RequestRules;

namespace Weir.Policies.Tests.RequestRules;

/// <summary>The same rules where HTTP/2 can break them: raw frames, since no client library sends such things.</summary>
public sealed class Http2Tests
{
    private const int Headers = 1;
    private const int ResetStream = 3;
    private const int GoAway = 7;

    [Theory]
    [InlineData("ordinary", "200", "x-a", "1")]
    [InlineData("obs-text", "200", "x-a", "caf\u00E9")]
    [InlineData("te of trailers", "200", "te", "trailers")]
    [InlineData("transfer-encoding", "400", "transfer-encoding", "chunked")]
    [InlineData("upgrade", "400", "upgrade", "h2c")]
    [InlineData("keep-alive", "400", "keep-alive", "timeout=5")]
    [InlineData("proxy-connection", "400", "proxy-connection", "keep-alive")]
    [InlineData("another expectation", "417", "expect", "200-ok")]
    [InlineData("name that is no token", "400", "x(a", "1")]
    [InlineData("control character in a value", "400", "x-a", "1\u0001")]
    [InlineData("connection", "closed", "connection", "close")]
    [InlineData("te of more", "closed", "te", "gzip")]
    [InlineData("capitals in a name", "closed", "X-A", "1")]
    [InlineData("line break in a value", "closed", "x-a", "1\r\nb: 2")]
    [InlineData("length with a sign", "closed", "content-length", "+0")]
    [InlineData("another authority", "200", "host", "other.test")]
    public async Task A_field_passes_or_is_refused(string what, string fate, string name, string value) =>
        Assert.Equal((what, fate), (what, await AskAsync([(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "site.test"), (name, value)])));

    [Theory]
    [InlineData("GET", "/a#b", "site.test", "400")]
    [InlineData("GET", "/a%zz", "site.test", "400")]
    [InlineData("GET", "/a%00", "site.test", "reset")]
    [InlineData("GET", "/a\u00E9", "site.test", "closed")]
    [InlineData("GET", "/", "user@site.test", "reset")]
    [InlineData("GET", "/", "site.test,other.test", "reset")]
    [InlineData("GET", "/", "site..test", "400")]
    [InlineData("TRACE", "/", "site.test", "405")]
    [InlineData("get", "/", "site.test", "400")]
    [InlineData("OPTIONS", "*", "site.test", "200")]
    public async Task A_request_line_passes_or_is_refused(string method, string path, string authority, string fate) =>
        Assert.Equal(fate, await AskAsync([(":method", method), (":scheme", "http"), (":path", path), (":authority", authority)]));

    [Theory]
    [InlineData("websocket", "200")]
    [InlineData("other", "501")]
    public async Task Extended_CONNECT_is_for_the_upgrades_that_are_listed(string protocol, string fate) =>
        Assert.Equal(fate, await AskAsync([(":method", "CONNECT"), (":protocol", protocol), (":scheme", "http"), (":path", "/"), (":authority", "site.test")]));

    [Fact]
    public async Task Plain_CONNECT_is_refused() =>
        Assert.Equal("405", await AskAsync([(":method", "CONNECT"), (":authority", "site.test:443")]));

    [Fact]
    public async Task The_authority_is_the_Host_that_everything_behind_sees()
    {
        var seen = "";
        await AskAsync([(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "site.test"), ("host", "other.test")], c => seen = c.Request.Headers.Host.ToString());
        Assert.Equal("site.test", seen);
    }

    /// <summary>The status of the answer, <c>reset</c> for a stream that ends in an error, <c>closed</c> for a connection that does.</summary>
    private static async Task<string> AskAsync((string Name, string Value)[] fields, Action<HttpContext>? look = null)
    {
        await using var server = await RulesServer.StartAsync(
            app =>
            {
                app.UseRequestRules();
                app.Run(context =>
                {
                    look?.Invoke(context);
                    return Task.CompletedTask;
                });
            },
            HttpProtocols.Http2);
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);
        var stream = client.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(Frame(4, 0, 0, []));
        // Flags: END_STREAM and END_HEADERS.
        await stream.WriteAsync(Frame(Headers, 5, 1, [.. fields.SelectMany(Literal)]));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var head = new byte[9];
        while (true)
        {
            await stream.ReadExactlyAsync(head, patience.Token);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload, patience.Token);
            switch (head[3])
            {
                case Headers:
                    return StatusOf(payload);
                case ResetStream:
                    return "reset";
                case GoAway:
                    return "closed";
            }
        }
    }

    private static byte[] Frame(int type, int flags, int streamId, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>A literal field without indexing, new name, no Huffman (RFC 7541 section 6.2.2).</summary>
    private static IEnumerable<byte> Literal((string Name, string Value) field) =>
        [0, (byte)field.Name.Length, .. Encoding.Latin1.GetBytes(field.Name), (byte)field.Value.Length, .. Encoding.Latin1.GetBytes(field.Value)];

    /// <summary>The first field of an answer: indexed (RFC 7541 appendix A), or a literal with <c>:status</c> as its name.</summary>
    private static string StatusOf(byte[] block) => block[0] switch
    {
        0x88 => "200",
        0x8C => "400",
        0x8D => "404",
        0x8E => "500",
        _ => Encoding.ASCII.GetString(block, 2, block[1] & 0x7F),
    };
}
