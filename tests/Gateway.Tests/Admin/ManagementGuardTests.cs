using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Admin;
using Weir.Gateway.Control.Publish;
using Weir.Gateway.Tests.Control;

namespace Weir.Gateway.Tests.Admin;

public sealed class ManagementGuardTests
{
    private const string Token = "a-token-of-enough-length";

    [Fact]
    public async Task A_reload_that_drops_the_token_leaves_no_open_door_on_an_address_that_others_reach()
    {
        using var directory = new ConfigurationDirectory();
        var file = directory.Write($$"""{"Weir": {"Management": {"Url": "http://127.0.0.1:0", "Token": "{{Token}}"} } }""");
        await using var gateway = GatewayHost.Build(["--config", file, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        await gateway.StartAsync();
        var watcher = gateway.Services.GetRequiredService<ConfigurationWatcher>();
        await watcher.StopAsync(default);
        // Asked as the socket's own address tells: a listener that was started on every address stays so over a reload.
        var guard = gateway.Services.GetRequiredService<ManagementGuard>();
        Assert.Equal(401, await AskAsync(guard, "192.0.2.1", "/api/farm"));
        Assert.Equal(200, await AskAsync(guard, "192.0.2.1", "/api/farm", "Bearer " + Token));

        directory.Write("""{"Weir": {"Management": {"Url": "http://127.0.0.1:0"}}}""");
        Assert.True(await watcher.LookAsync(default));
        Assert.True(gateway.Services.GetRequiredService<IConfigurationStatus>().LastReloadSuccessful);

        Assert.Equal(401, await AskAsync(guard, "192.0.2.1", "/api/farm"));
        Assert.Equal(401, await AskAsync(guard, "192.0.2.1", "/metrics", "Bearer " + Token));
        Assert.Equal(401, await AskAsync(guard, null, "/api/farm"));
        Assert.Equal(200, await AskAsync(guard, "192.0.2.1", "/readyz"));
        Assert.Equal(200, await AskAsync(guard, "127.0.0.1", "/api/farm"));
        Assert.Equal(200, await AskAsync(guard, "::ffff:127.0.0.1", "/api/farm"));
        Assert.Equal(200, await AskAsync(guard, "::1", "/api/farm"));
    }

    private static async Task<int> AskAsync(ManagementGuard guard, string? local, string path, string? authorization = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalIpAddress = local is null ? null : IPAddress.Parse(local);
        context.Request.Method = HttpMethods.Get;
        context.Request.Host = new HostString("localhost");
        context.Request.Path = path;
        if (authorization is not null)
            context.Request.Headers.Authorization = authorization;
        await guard.InvokeAsync(context, _ => Task.CompletedTask);
        return context.Response.StatusCode;
    }
}
