using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weir.Transport.Tests;

/// <summary>TLS and HTTP/2 on top of the transport's pipes.</summary>
public sealed class ProtocolTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Tls_carries_bodies_both_ways(string version)
    {
        using var certificate = Certificates.New();
        await using var server = await TestServer.StartAsync(
            Echo, listen: endPoint => endPoint.UseHttps(certificate));
        using var client = Certificates.Client(version, certificate);

        await RoundTripsAsync(client, $"https://127.0.0.1:{server.EndPoint.Port}/");
    }

    [Fact]
    public async Task Http_2_with_prior_knowledge_carries_bodies_both_ways()
    {
        await using var server = await TestServer.StartAsync(
            Echo, listen: endPoint => endPoint.Protocols = HttpProtocols.Http2);
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        await RoundTripsAsync(client, server.Url);
    }

    // Takes the whole body first: HttpClient does not read an HTTP/2 answer while its own upload is held back.
    private static async Task Echo(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        body.Position = 0;
        await body.CopyToAsync(context.Response.Body);
    }

    private static async Task RoundTripsAsync(HttpClient client, string url)
    {
        async Task RoundTrip(int size)
        {
            var body = RandomNumberGenerator.GetBytes(size);
            using var response = await client.PostAsync(url, new ByteArrayContent(body)).WaitAsync(Wire.Patience);
            Assert.Equal(body, await response.Content.ReadAsByteArrayAsync().WaitAsync(Wire.Patience));
        }

        await RoundTrip(10);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => RoundTrip(i * 20_000)));
        await RoundTrip(3 << 20);
    }
}
