using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Weir.Transport.Loops;
using Weir.Transport.Native;

namespace Weir.Transport.Upstream;

/// <summary>Opens upstream connections on the event loops.</summary>
public sealed class LoopClient
{
    /// <summary>Connects without blocking; continues on the loop.</summary>
    /// <param name="loop">The loop that the connection lives on: best the one of the client that it serves.</param>
    /// <param name="endPoint">An <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <exception cref="SocketException">Refused, unreachable, out of descriptors; the code tells.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the connection stood; nothing is left open.</exception>
    /// <exception cref="NotSupportedException">Another kind of end point.</exception>
    public ValueTask<LoopStream> ConnectAsync(EventLoop loop, EndPoint endPoint, CancellationToken cancel = default)
    {
        if (endPoint is not (IPEndPoint or UnixDomainSocketEndPoint))
            throw new NotSupportedException($"Cannot connect to {endPoint.GetType().Name}.");
        return cancel.IsCancellationRequested ? ValueTask.FromCanceled<LoopStream>(cancel) : ConnectCoreAsync(loop, endPoint, cancel);
    }

    private static async ValueTask<LoopStream> ConnectCoreAsync(EventLoop loop, EndPoint endPoint, CancellationToken cancel)
    {
        var stream = new LoopStream(loop, Begin(endPoint));
        try
        {
            var connected = stream.ConnectedAsync();
            // Its end waits for a callback that runs already, so a stream that was closed at the last moment is not handed out.
            await using (cancel.UnsafeRegister(static state => ((LoopStream)state!).Close(), stream))
                await connected;
            cancel.ThrowIfCancellationRequested();
            return stream;
        }
        catch (Exception error)
        {
            stream.Close();
            if (error is SocketException && cancel.IsCancellationRequested)
                throw new OperationCanceledException(cancel);
            throw;
        }
    }

    private static unsafe int Begin(EndPoint endPoint)
    {
        var address = endPoint.Serialize();
        var isTcp = endPoint is IPEndPoint;
        var family = !isTcp ? SocketNumbers.Unix
            : endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? SocketNumbers.InterNetworkV6
            : SocketNumbers.InterNetwork;
        var descriptor = Libc.Socket(family, SocketNumbers.Stream | SocketNumbers.NonBlocking | SocketNumbers.CloseOnExec, 0);
        if (descriptor < 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());
        if (isTcp)
        {
            var on = 1;
            _ = Libc.SetOption(descriptor, SocketNumbers.TcpLevel, SocketNumbers.NoDelay, &on, sizeof(int));
        }

        int error;
        fixed (byte* bytes = address.Buffer.Span)
        {
            // A signal does not undo a connect that has begun: it goes on, as in progress.
            error = Libc.Connect(descriptor, bytes, address.Size) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }

        if (error is 0 or Errno.InProgress or Errno.Interrupted)
            return descriptor;
        _ = Libc.Close(descriptor);
        throw Errno.ToException(error);
    }
}
