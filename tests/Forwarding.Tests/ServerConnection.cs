using System.Net.Sockets;
using System.Text;

namespace Weir.Forwarding.Tests;

/// <summary>A connection to a <see cref="RecordingServer"/>, as its script sees it.</summary>
internal sealed class ServerConnection(TcpClient client, Stream stream, StrictRequestReader reader, CancellationToken stop)
{
    public Stream Stream => stream;

    public CancellationToken Stop => stop;

    public Socket Socket => client.Client;

    public async Task SendAsync(string latin1) => await stream.WriteAsync(Encoding.Latin1.GetBytes(latin1), stop);

    /// <summary>Reads on in the body of a request with Content-Length.</summary>
    public Task<byte[]> TakeAsync(int count) => reader.TakeAsync(count, stop);

    /// <summary>The connection ends with a reset.</summary>
    public void Reset() => client.LingerState = new LingerOption(true, 0);

    /// <summary>Ends when the gateway closes the connection; what comes before is dropped.</summary>
    public async Task ClosedAsync()
    {
        try
        {
            var buffer = new byte[65536];
            while (await stream.ReadAsync(buffer, stop) > 0)
            {
                // Dropped.
            }
        }
        catch (IOException)
        {
            // Closed with a reset.
        }
    }
}
