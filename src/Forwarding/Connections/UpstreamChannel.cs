namespace Weir.Forwarding.Connections;

/// <summary>
/// A byte stream to one server, on whatever moves the bytes. One receive and one send may be under way at a time, on any
/// threads; <see cref="Close"/> may come from any.
/// </summary>
public abstract class UpstreamChannel
{
    /// <summary>Receives what is there, at most the buffer; 0 when the server has closed its side.</summary>
    /// <exception cref="IOException">or <see cref="System.Net.Sockets.SocketException"/>: reset, or closed by <see cref="Close"/>.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends all of it.</summary>
    /// <exception cref="IOException">or <see cref="System.Net.Sockets.SocketException"/>: reset, or closed by <see cref="Close"/>.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the stream and whatever is under way on it. Further calls do nothing.</summary>
    public abstract void Close();

    /// <summary>Watches the stream while nobody reads: <paramref name="gone"/> is called at most once, when the server closes or sends something.</summary>
    public abstract void StartIdle(Action<object?> gone, object? state);

    /// <summary>Ends the watch; false when the server has closed or sent something meanwhile. The stream is then good for closing only.</summary>
    public abstract bool EndIdle();
}
