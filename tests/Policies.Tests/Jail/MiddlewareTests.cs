using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Jail.Live;

namespace Weir.Policies.Tests.Jail;

public sealed class MiddlewareTests
{
    [Theory]
    [InlineData(403, true, 403, true)]
    [InlineData(429, true, 429, true)]
    [InlineData(403, false, 403, false)]
    [InlineData(429, false, 429, false)]
    [InlineData(444, false, 403, false)]
    public async Task A_banned_client_is_refused_and_only_its_own_connection_closed(int configured, bool isDirect, int status, bool closes)
    {
        using var cell = new Cell(o => o.Status = configured);
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        var context = await SendAsync(cell, new Known("192.0.2.7", isDirect, isTrusted: false));
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(closes, context.Response.Headers.Connection == "close");
        Assert.Equal(1, cell.Metric("weir.jail.refused at=request"));
        Assert.Contains("Debug: A banned client's request was refused.", cell.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_444_the_connection_ends_without_an_answer()
    {
        using var cell = new Cell(o => o.Status = 444);
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        var lifetime = new Lifetime();
        await SendAsync(cell, new Known("192.0.2.7", isDirect: true, isTrusted: false), c => c.Features.Set<IHttpRequestLifetimeFeature>(lifetime));
        Assert.True(lifetime.IsAborted);
    }

    [Theory]
    [InlineData("192.0.2.8", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData(null, false)]
    public async Task Others_and_trusted_proxies_pass(string? address, bool isTrusted)
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        Assert.Equal(204, (await SendAsync(cell, new Known(address, true, isTrusted))).Response.StatusCode);
    }

    [Fact]
    public async Task Answers_are_looked_at_where_a_jail_wants_to_know()
    {
        using var cell = new Cell(o => o.Jails["auth"] = new JailSettings { Offences = [OffenceKind.Auth], MaxRetry = 1 });
        await SendAsync(cell, new Known("192.0.2.7", true, false), answer: 401);
        Assert.False(cell.IsBanned("192.0.2.7"));
        await SendAsync(cell, new Known("192.0.2.7", true, false), c => c.Request.Headers.Authorization = "Basic x", 401);
        Assert.True(cell.IsBanned("192.0.2.7"));
    }

    [Theory]
    [InlineData("GET", null, "Basic realm=\"x\"", false)]
    [InlineData("OPTIONS", null, null, false)]
    [InlineData("PROPFIND", null, "Digest realm=\"x\", nonce=\"y\"", false)]
    [InlineData("POST", null, "Digest realm=\"x\", nonce=\"y\"", false)]
    [InlineData("POST", "Digest username=\"z\"", "Digest realm=\"x\", nonce=\"y\", stale=TRUE", false)]
    [InlineData("POST", "Digest username=\"z\"", "Digest realm=\"x\", stale=\"true\"", false)]
    [InlineData("GET", "NTLM TlRM", "NTLM TlRMTVNT", false)]
    [InlineData("GET", "Negotiate TlRM", "Negotiate TlRMTVNT", false)]
    [InlineData("GET", "NTLM TlRM", "NTLM", true)]
    [InlineData("POST", "Digest username=\"z\"", "Digest realm=\"x\", nonce=\"y\", stale=false", true)]
    [InlineData("GET", "Basic x", "Basic realm=\"x\"", true)]
    [InlineData("OPTIONS", "Basic x", null, true)]
    public async Task Only_credentials_that_were_refused_are_a_failed_log_in(string method, string? credentials, string? challenge, bool counts)
    {
        using var cell = new Cell(o => o.Jails["auth"] = new JailSettings { Offences = [OffenceKind.Auth], MaxRetry = 1 });
        await SendAsync(
            cell,
            new Known("192.0.2.7", true, false),
            c =>
            {
                c.Request.Method = method;
                c.Request.Headers.Authorization = credentials;
                c.Response.Headers.WWWAuthenticate = challenge;
            },
            401);
        Assert.Equal(counts, cell.IsBanned("192.0.2.7"));
    }

    [Theory]
    [InlineData("cross-site", false)]
    [InlineData("same-site", true)]
    [InlineData("none", true)]
    [InlineData(null, true)]
    public async Task A_page_of_another_site_cannot_have_its_visitors_banned_as_scanners(string? site, bool counts)
    {
        using var cell = new Cell(o => o.Jails["scan"] = new JailSettings { Offences = [OffenceKind.Scanner], MaxRetry = 1 });
        await SendAsync(
            cell,
            new Known("192.0.2.7", true, false),
            c =>
            {
                c.Request.Path = "/.env";
                c.Request.Headers["Sec-Fetch-Site"] = site;
            },
            404);
        Assert.Equal(counts, cell.IsBanned("192.0.2.7"));
    }

    [Fact]
    public async Task A_live_jail_gets_each_finished_request()
    {
        using var cell = new Cell();
        var queue = cell.Get<LiveQueue>();
        queue.IsWanted = true;
        await SendAsync(cell, new Known("192.0.2.7", false, false), c => c.Request.Headers.UserAgent = "curl");
        await SendAsync(cell, new Known("10.0.0.1", true, true));
        Assert.True(queue.TryRead(out var request));
        Assert.Equal((IPAddress.Parse("192.0.2.7"), false, 204, "curl"), (request.Address, request.IsDirect, request.Status, request.UserAgent));
        Assert.False(queue.TryRead(out _));
    }

    [Theory]
    [InlineData("GET", "HTTP/1.1", 12, false, "\"GET /page HTTP/1.1\" 200 12 ")]
    [InlineData("GET", "HTTP/2", 100_000, false, "\"GET /page HTTP/2.0\" 200 100000 ")]
    [InlineData("GET", "HTTP/3", 1, true, "\"GET /page HTTP/3.0\" 200 1 ")]
    [InlineData("GET", "HTTP/1.1", 0, true, "\"GET /page HTTP/1.1\" 200 - ")]
    [InlineData("HEAD", "HTTP/1.1", 12, true, "\"HEAD /page HTTP/1.1\" 200 - ")]
    [InlineData("GET", "HTTP/1.1", 12, true, "\"GET /page HTTP/1.1\" 304 - ", 304)]
    public async Task The_live_line_has_the_bytes_that_were_written_and_the_protocol_as_Apache_writes_it(string method, string protocol, int bytes, bool announced, string part, int status = 200)
    {
        using var cell = new Cell();
        var queue = cell.Get<LiveQueue>();
        queue.IsWanted = true;
        using var sent = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Protocol = protocol;
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = "/page";
        context.Features.Set<IClientFeature>(new Known("192.0.2.7", true, false));
        context.Response.Body = sent;
        var own = context.Features.Get<IHttpResponseBodyFeature>();
        await Pipeline(cell, async c =>
        {
            // By both ways that there are, and whether the length is told beforehand or not.
            c.Response.StatusCode = status;
            c.Response.ContentLength = announced ? bytes : null;
            await c.Response.Body.WriteAsync(new byte[bytes / 2]);
            c.Response.BodyWriter.GetSpan(bytes)[..(bytes - (bytes / 2))].Clear();
            c.Response.BodyWriter.Advance(bytes - (bytes / 2));
            await c.Response.BodyWriter.FlushAsync();
        })(context);
        Assert.Same(own, context.Features.Get<IHttpResponseBodyFeature>());
        Assert.Equal(bytes, sent.Length);
        Assert.True(queue.TryRead(out var request));
        Assert.Contains(part, AccessLine.Of(request, TimeZoneInfo.Utc), StringComparison.Ordinal);
    }

    [Fact]
    public void The_gate_shuts_banned_clients_out_before_TLS()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        var gate = Assert.Single(cell.Get<IEnumerable<IConnectionGate>>());
        Assert.Equal(GateAnswer.Refused, gate.Open(IPAddress.Parse("192.0.2.7"), 1, isDirect: true));
        Assert.Equal(GateAnswer.Passed, gate.Open(IPAddress.Parse("192.0.2.8"), 2, isDirect: true));
        Assert.Equal(1, cell.Metric("weir.jail.refused at=connection"));
    }

    [Fact]
    public void An_ordinary_request_costs_no_memory()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        var pipeline = Pipeline(cell, _ => Task.CompletedTask);
        var context = new DefaultHttpContext();
        context.Features.Set<IClientFeature>(new Known("192.0.2.8", true, false));
        _ = pipeline(context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ = pipeline(context);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static async Task<HttpContext> SendAsync(Cell cell, IClientFeature client, Action<HttpContext>? arrange = null, int answer = 204)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Path = "/page";
        context.Request.Protocol = "HTTP/1.1";
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = "/page";
        context.Features.Set(client);
        arrange?.Invoke(context);
        await Pipeline(cell, c =>
        {
            c.Response.StatusCode = answer;
            return Task.CompletedTask;
        })(context);
        return context;
    }

    private static RequestDelegate Pipeline(Cell cell, RequestDelegate end)
    {
        var app = new ApplicationBuilder(cell.Get<IServiceProvider>());
        app.UseJail();
        app.Run(end);
        return app.Build();
    }

    private sealed class Known(string? address, bool isDirect, bool isTrusted) : IClientFeature
    {
        public ulong ClientKey => 1;

        public IPAddress? Address { get; } = address is null ? null : IPAddress.Parse(address);

        public bool IsDirect => isDirect;

        public bool IsTrusted => isTrusted;
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
