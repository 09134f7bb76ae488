using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Control.Publish;

namespace Weir.Gateway.Tests.Control;

public sealed class ListenerReloadTests
{
    [Fact]
    public async Task A_port_that_is_taken_costs_that_listener_and_nothing_else()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var (a, b) = (FreePort(), FreePort());
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Endpoints(a, b));
        await using var gateway = GatewayHost.Build(["--config", file, "--Logging:LogLevel:Default=None"]);
        await gateway.StartAsync();
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"http://127.0.0.1:{b}/")).StatusCode);

        directory.Write(Endpoints(a, ((IPEndPoint)taken.LocalEndpoint).Port));
        await gateway.Services.GetRequiredService<ConfigurationWatcher>().LookAsync(default);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await AnswersAsync(b))
            await Task.Delay(20, patience.Token);
        Assert.True(gateway.Services.GetRequiredService<IConfigurationStatus>().LastReloadSuccessful);
        Assert.True(await AnswersAsync(a));

        // The next change that names a free port brings the listener back.
        directory.Write(Endpoints(a, b));
        await gateway.Services.GetRequiredService<ConfigurationWatcher>().LookAsync(default);
        while (!await AnswersAsync(b))
            await Task.Delay(20, patience.Token);
    }

    [Fact]
    public async Task Certificate_files_are_loaded_before_they_are_used()
    {
        using var directory = new ConfigurationDirectory();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=weir.test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllBytesAsync(directory.File("good.pfx"), certificate.Export(X509ContentType.Pkcs12, "right"));
        await File.WriteAllTextAsync(directory.File("good.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(directory.File("good.key"), key.ExportPkcs8PrivateKeyPem());
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(directory.File("other.key"), other.ExportPkcs8PrivateKeyPem());

        Assert.Empty(await FaultsAsync("""{"Path": "good.pfx", "Password": "right"}"""));
        Assert.Empty(await FaultsAsync("""{"Path": "good.pem", "KeyPath": "good.key"}"""));
        Assert.StartsWith("Kestrel:Endpoints:A:Certificate:Path is 'good.pfx'; it cannot be loaded: ", Assert.Single(await FaultsAsync("""{"Path": "good.pfx", "Password": "wrong-one"}""")), StringComparison.Ordinal);
        Assert.StartsWith("Kestrel:Endpoints:A:Certificate:Path is 'good.pem'; it cannot be loaded: ", Assert.Single(await FaultsAsync("""{"Path": "good.pem"}""")), StringComparison.Ordinal);
        Assert.StartsWith("Kestrel:Endpoints:A:Certificate:Path is 'good.pem'; it cannot be loaded: ", Assert.Single(await FaultsAsync("""{"Path": "good.pem", "KeyPath": "other.key"}""")), StringComparison.Ordinal);
        Assert.Equal(["Kestrel:Endpoints:A:Certificate:Path is 'none.pfx'; there is no such file."], await FaultsAsync("""{"Path": "none.pfx"}"""));
        Assert.Equal(["Kestrel:Endpoints:A:Certificate:KeyPath is 'none.key'; there is no such file."], await FaultsAsync("""{"Path": "good.pem", "KeyPath": "none.key"}"""));

        async Task<string[]> FaultsAsync(string section)
        {
            var result = await Compilation.OfAsync(
                $$"""{"Kestrel": {"Endpoints": {"A": {"Url": "https://127.0.0.1:0", "Certificate": {{section}} } } } }""", ["--contentRoot", directory.Root]);
            Assert.DoesNotContain("wrong-one", string.Concat(result.Errors), StringComparison.Ordinal);
            return [.. result.Errors.Select(e => e.Message)];
        }
    }

    private static string Endpoints(int a, int b) =>
        $$"""
        {"Kestrel": {"Endpoints": {"A": {"Url": "http://127.0.0.1:{{a}}"}, "B": {"Url": "http://127.0.0.1:{{b}}"} } },
         "Weir": {"Management": {"Enabled": false} } }
        """;

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
