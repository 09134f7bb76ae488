using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Support;

namespace Weir.Functional.Forwarding;

public sealed class WebSocketTests
{
    [Fact]
    public async Task A_WebSocket_survives_twenty_reloads()
    {
        await using var echo = await EchoAsync();
        var whole = GatewayProcess.InFrontOf(echo.Urls);
        await using var gateway = await GatewayProcess.StartAsync(whole);
        whole = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(gateway.ConfigFile))!;
        using var socket = await ConnectAsync(gateway);

        for (var i = 1; i <= 20; i++)
        {
            whole["Weir"]!["Admission"] = new JsonObject { ["MaxWait"] = $"00:00:{10 + i}" };
            // Every other reload also remakes cluster and route.
            whole["ReverseProxy"]!["Clusters"]!["farm"]!["HttpRequest"] = new JsonObject { ["ActivityTimeout"] = $"00:01:{10 + (i / 2)}" };
            await gateway.WriteConfigurationAsync(whole);
            Assert.True(await GatewayPages.ReloadedAsync(gateway, i), string.Join('\n', gateway.Log));
            Assert.Equal($"message {i}", await EchoedAsync(socket, $"message {i}"));
        }

        Assert.Equal(1, await GatewayPages.MetricAsync(gateway, "weir_forwarding_tunnels"));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("inFlight").GetInt32() == 0, "the slot is given back");
    }

    [Fact]
    public async Task A_WebSocket_goes_on_while_the_gateway_drains_and_is_closed_after_its_time()
    {
        await using var echo = await EchoAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            GatewayProcess.InFrontOf(echo.Urls), ["--Weir:Shutdown:DrainDelay=00:00:00.5", "--Weir:Forwarding:UpgradeDrainTimeout=00:00:06"]);
        using var socket = await ConnectAsync(gateway);

        await gateway.SignalAsync("TERM");
        await Task.Delay(1000);
        Assert.Equal("still there", await EchoedAsync(socket, "still there"));

        Assert.Equal(0, await gateway.WaitForExitAsync(TimeSpan.FromSeconds(60)));
        await Assert.ThrowsAnyAsync<WebSocketException>(() => EchoedAsync(socket, "gone"));
    }

    private static async Task<ClientWebSocket> ConnectAsync(GatewayProcess gateway)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Port}/echo"), CancellationToken.None);
        return socket;
    }

    private static async Task<string> EchoedAsync(ClientWebSocket socket, string message)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, timeout.Token);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private static async Task<WebApplication> EchoAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
                return;
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[4096];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        });
        await app.StartAsync();
        return app;
    }
}
