using System.Net;
using System.Net.Sockets;

namespace Weir.Bench.Paths;

/// <summary>Waits for a port to be listened on.</summary>
internal static class Listening
{
    /// <summary>False when it ended, or five seconds went by without.</summary>
    public static async Task<bool> WaitAsync(IPEndPoint endPoint, Func<bool> hasEnded)
    {
        for (var attempt = 0; attempt < 200 && !hasEnded(); attempt++)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(endPoint);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(25);
            }
        }

        return false;
    }
}
