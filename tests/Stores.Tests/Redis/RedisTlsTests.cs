using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Stores.Redis;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Stores.Tests.Redis;

public sealed class RedisTlsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-redis-tls-").FullName;
    private readonly int _port = ApacheServer.FreePort();
    private RedisServer? _server;

    public async ValueTask InitializeAsync()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("redis.test");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-12), DateTimeOffset.UtcNow.AddHours(12), [1, 2, 3]);
        await File.WriteAllTextAsync(File_("ca.pem"), authority.ExportCertificatePem());
        await File.WriteAllTextAsync(File_("cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(File_("key.pem"), key.ExportPkcs8PrivateKeyPem());
        _server = await RedisServer.StartAsync(
            $"tls-port {_port}", $"tls-cert-file {File_("cert.pem")}", $"tls-key-file {File_("key.pem")}", $"tls-ca-cert-file {File_("ca.pem")}", "tls-auth-clients optional");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_authoritys_signature_and_the_name_let_a_connection_stand()
    {
        await using var client = await Client.ConnectAsync(Options(new RedisTls { CaFile = File_("ca.pem"), ServerName = "redis.test" }));

        Assert.Equal("OK", await client.TextAsync("SET", "a", new string('x', 200_000)));
        Assert.Equal(200_000, (await client.TextAsync("GET", "a")).Length);
    }

    [Fact]
    public async Task Our_own_certificate_is_shown()
    {
        await _server!.CliAsync("CONFIG", "SET", "tls-auth-clients", "yes");
        await using var client = await Client.ConnectAsync(Options(new RedisTls
        {
            CaFile = File_("ca.pem"),
            ServerName = "redis.test",
            CertificateFile = File_("cert.pem"),
            KeyFile = File_("key.pem"),
        }));

        Assert.Equal("OK", await client.TextAsync("SET", "a", "1"));
    }

    [Theory]
    [InlineData(true, "other.test")]
    [InlineData(false, "redis.test")]
    public async Task Another_name_or_an_unknown_authority_is_refused(bool knows, string name)
    {
        await using var client = Client.New(Options(new RedisTls { CaFile = knows ? File_("ca.pem") : null, ServerName = name }));

        await Client.UntilAsync(() => client.LastError is not null, "an error");
        Assert.False(client.IsConnected);
        Assert.Contains("certificate", client.LastError, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_verification_any_certificate_will_do()
    {
        await using var client = await Client.ConnectAsync(Options(new RedisTls { Verify = false }));

        Assert.Equal("OK", await client.TextAsync("SET", "a", "1"));
    }

    private string File_(string name) => Path.Combine(_folder, name);

    private RedisOptions Options(RedisTls tls) => new() { Endpoints = [new("127.0.0.1", _port)], Tls = tls, ConnectTimeout = Client.Patience, CommandTimeout = Client.Patience };
}
