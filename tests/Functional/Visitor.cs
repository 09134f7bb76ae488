using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Gateway.Cli;
using Weir.Support;

namespace Weir.Functional;

/// <summary>Clients with addresses of their own in 127/8, and the operator.</summary>
internal static class Visitor
{
    /// <summary>Status of one request from that address; 0 when the connection ended without an answer.</summary>
    public static async Task<int> AskAsync(GatewayProcess gateway, string address, string path = "/page/1k", string headers = "")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        try
        {
            await socket.ConnectAsync(gateway.EndPoint, limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: site.test\r\n{headers}Connection: close\r\n\r\n"), limit.Token);
            using var all = new MemoryStream();
            var buffer = new byte[4096];
            int read;
            while ((read = await socket.ReceiveAsync(buffer, limit.Token)) > 0)
                all.Write(buffer, 0, read);
            var text = Encoding.Latin1.GetString(all.ToArray());
            return text.Length > 12 ? int.Parse(text.AsSpan(9, 3)) : 0;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>Refused with 403 and the connection closed, or not even accepted.</summary>
    public static async Task<bool> IsShutOutAsync(GatewayProcess gateway, string address) => await AskAsync(gateway, address) is 403 or 0;

    public static async Task BanAsync(GatewayProcess gateway, string address) => Assert.Equal(0, await WeirAsync(gateway, "bans", "add", address, "--duration", "10m"));

    public static async Task LiftAsync(GatewayProcess gateway, string address) => Assert.Equal(0, await WeirAsync(gateway, "bans", "remove", address));

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int everyMilliseconds = 50)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(everyMilliseconds))
        {
            if (await condition())
                return;
        }

        Assert.Fail($"Not within 60 s: {what}");
    }

    private static Task<int> WeirAsync(GatewayProcess gateway, params string[] arguments) =>
        WeirCommand.Create().Parse([.. arguments, "--management", gateway.ManagementUrl])
            .InvokeAsync(new InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null });
}
