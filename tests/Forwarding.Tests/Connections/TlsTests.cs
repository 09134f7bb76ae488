using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Forwarding.Tests.Buffering;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Forwarding.Tests.Connections;

public sealed class TlsTests
{
    [Fact]
    public async Task A_tls_server_is_asked_by_name_and_its_connection_serves_again()
    {
        using var certificate = SelfSigned();
        await using var server = Answering(certificate);
        await using var gateway = await StartAsync(server, acceptsAny: true);
        using var http = new HttpClient();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(new string('y', 100_000), await http.GetStringAsync(gateway.Url));
            await TestGateway.UntilAsync(() => gateway.InFlight == 0 && gateway.Server.Connections.Open == gateway.Server.IdleConnections);
        }

        using var put = await http.PutAsync(gateway.Url, new StringContent(new string('x', 200_000)));
        Assert.Equal("localhost", server.ServerName);
        Assert.Equal((1, 200_000), (server.Accepted, server.All[^1].Body.Length));
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_a_502_and_leaves_nothing_open()
    {
        using var certificate = SelfSigned();
        await using var server = Answering(certificate);
        await using var gateway = await StartAsync(server, acceptsAny: false);
        using var http = new HttpClient();

        using var answer = await http.GetAsync(gateway.Url);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Empty(server.All);
        await gateway.AssertNothingLeaksAsync();
        Assert.Equal(0, gateway.Server.Connections.Open);
        await TestGateway.UntilAsync(() => server.Open == 0);
    }

    [Fact]
    public async Task A_tls_server_that_dies_midway_and_a_client_that_leaves_give_everything_back()
    {
        using var certificate = SelfSigned();
        var hangs = new TaskCompletionSource();
        await using var server = new RecordingServer(
            async (request, connection) =>
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                if (!request.Line.Contains("/hang", StringComparison.Ordinal))
                    return false;
                await connection.ClosedAsync();
                hangs.SetResult();
                return false;
            },
            certificate: certificate);
        await using var gateway = await StartAsync(server, acceptsAny: true);
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadAnswerAsync());
        var leaver = await RawClient.ConnectAsync(gateway.Url);
        await leaver.SendAsync("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
        await leaver.ReadToAsync("hello");

        leaver.Reset();

        await hangs.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0);
    }

    [Fact]
    public async Task What_a_tls_server_sends_beyond_its_answer_never_reaches_the_next_client()
    {
        using var certificate = SelfSigned();
        // Counted in characters, sent in bytes: the surplus lies decrypted in the TLS layer when the answer is through.
        await using var server = new RecordingServer(
            async (_, connection) =>
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + new string('y', 100_000) + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                return true;
            },
            certificate: certificate);
        await using var gateway = await StartAsync(server, acceptsAny: true);
        using var http = new HttpClient();

        for (var i = 0; i < 6; i++)
            Assert.Equal(new string('y', 100_000), await http.GetStringAsync(gateway.Url));

        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0);
    }

    private static Task<TestGateway> StartAsync(RecordingServer server, bool acceptsAny) => TestGateway.StartAsync(
        [$"https://localhost:{server.Port}"],
        options: o => o.Retry.MaxAttempts = 0,
        cluster: c => c with { HttpClient = new HttpClientConfig { DangerousAcceptAnyServerCertificate = acceptsAny } });

    private static RecordingServer Answering(X509Certificate2 certificate) => new(
        async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + new string('y', 100_000));
            return true;
        },
        certificate: certificate);

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
