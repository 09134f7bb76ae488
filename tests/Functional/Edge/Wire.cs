using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Functional.Edge;

/// <summary>Single requests as bytes.</summary>
internal static class Wire
{
    public static readonly byte[] Page = Request("/page/1k");

    /// <summary>A GET after which the connection ends.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="headers">Further header lines, each ended by CR LF.</param>
    public static byte[] Request(string path, string headers = "") =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: site.test\r\n{headers}Connection: close\r\n\r\n");

    /// <summary>Sends a request from an address on a new connection and reads to the end.</summary>
    /// <returns>The status; 0 when the connection ended without an answer, -1 when a minute was not enough.</returns>
    public static async Task<int> StatusAsync(IPEndPoint target, IPAddress from, byte[] request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(target, limit.Token);
            await socket.SendAsync(request, limit.Token);
            var buffer = new byte[4096];
            var head = "";
            while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var received)
                head = head.Length < 12 ? head + Encoding.Latin1.GetString(buffer, 0, received) : head;
            return head.Length < 12 ? 0 : int.Parse(head.AsSpan(9, 3));
        }
        catch (SocketException)
        {
            return 0;
        }
        catch (OperationCanceledException)
        {
            return -1;
        }
    }
}
