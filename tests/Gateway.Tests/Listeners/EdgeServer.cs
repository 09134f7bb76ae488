using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weir.Gateway.Listeners;
using Weir.Gateway.Tests.Control;
using Weir.Policies.ClientAddress;
using Weir.Policies.Contracts;
using Weir.Policies.RequestRules;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>The gateway's listeners with the transport and the client's address, in front of an application that tells who came.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdgeServer(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public IReadOnlyList<string> Urls => [.. _app.Urls];

    public IPEndPoint EndPoint => new(IPAddress.Loopback, new Uri(Urls[0]).Port);

    /// <summary>Starts on one endpoint, <c>Edge</c>, unless the settings have others or <c>urls</c>.</summary>
    public static async Task<EdgeServer> StartAsync(TransportKind kind, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? more = null)
    {
        settings ??= [];
        if (!settings.ContainsKey("urls") && !settings.Keys.Any(k => k.StartsWith("Kestrel:Endpoints:", StringComparison.Ordinal)))
            settings["Kestrel:Endpoints:Edge:Url"] = "http://127.0.0.1:0";
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(GatewayHost).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddListeners();
        builder.AddTransport(new TransportOptions { Kind = kind });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddLogging();
        builder.Services.AddOptions<ClientAddressOptions>().Bind(builder.Configuration.GetSection(ClientAddressOptions.Section));
        builder.Services.AddRequestRules();
        builder.Services.AddClientAddress();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(10));
        more?.Invoke(builder.Services);
        var app = builder.Build();
        if (settings.TryGetValue("urls", out var urls))
            app.Urls.Add(urls!);
        app.UseClientAddress();
        app.Run(Tell);
        await app.StartAsync();
        return new EdgeServer(app);
    }

    /// <summary>The answer's body, <c>address direct|proxied trusted|counted scheme</c>; null when the connection was reset or closed.</summary>
    public async Task<string?> AskAsync(byte[]? before = null, string headers = "")
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(EndPoint);
            return await AskAsync(socket, before, headers);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public static async Task<string?> AskAsync(Socket socket, byte[]? before = null, string headers = "")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await socket.SendAsync((byte[])[.. before ?? [], .. System.Text.Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n")], patience.Token);
        var text = "";
        var buffer = new byte[4096];
        while (!text.Contains("\n.", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, patience.Token);
            if (count == 0)
                return text.Length == 0 ? null : text;
            text += System.Text.Encoding.Latin1.GetString(buffer, 0, count);
        }

        return text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2];
    }

    /// <summary>What the instruments have measured from now on.</summary>
    public MetricsOf Metrics() => new(Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());

    /// <summary>A certificate file for an https endpoint.</summary>
    public static string Certificate(ConfigurationDirectory directory)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(directory.File("edge.pfx"), certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "p"));
        return directory.File("edge.pfx");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Task Tell(HttpContext context)
    {
        var client = context.Features.Get<IClientFeature>()!;
        var text = $"{client.Address?.ToString() ?? "none"} {(client.IsDirect ? "direct" : "proxied")} {(client.IsTrusted ? "trusted" : "counted")} {context.Request.Scheme}\n.";
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text);
    }
}
