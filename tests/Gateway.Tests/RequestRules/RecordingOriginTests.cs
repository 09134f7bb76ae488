using System.Net;
using System.Net.Sockets;
using Weir.Support.Http;

namespace Weir.Gateway.Tests.RequestRules;

public sealed class RecordingOriginTests
{
    [Fact]
    public async Task An_origin_ends_without_an_error_while_connections_still_come()
    {
        for (var round = 0; round < 300; round++)
        {
            var origin = new RecordingOrigin();
            var address = new IPEndPoint(IPAddress.Loopback, new Uri(origin.Url).Port);
            var clients = Enumerable.Range(0, 4).Select(_ => ConnectAsync(address)).ToList();
            if (round % 2 == 0)
                await clients[0];

            await origin.DisposeAsync();

            await Task.WhenAll(clients);
        }
    }

    /// <summary>Connects, sends the start of a request and resets; refused is as good.</summary>
    private static async Task ConnectAsync(IPEndPoint address)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(enable: true, seconds: 0) };
        try
        {
            await client.ConnectAsync(address);
            await client.SendAsync("GET / HTTP/1.1\r\n"u8.ToArray());
        }
        catch (SocketException)
        {
            // The origin was faster.
        }
    }
}
