using System.Net.Sockets;

namespace Weir.Forwarding.Connections;

/// <summary>A stream on a .NET socket. While idle a receive of no bytes is pending: it ends when the server closes or sends.</summary>
internal sealed class SocketChannel(Socket socket) : UpstreamChannel
{
    private Task<int>? _watch;
    private int _idle;
    private Action<object?>? _gone;
    private object? _goneState;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        _watch is { } watch ? AfterWatchAsync(watch, buffer) : socket.ReceiveAsync(buffer, SocketFlags.None);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var sending = socket.SendAsync(bytes, SocketFlags.None);
        if (!sending.IsCompletedSuccessfully)
            return SendRestAsync(sending, bytes);
        var sent = sending.GetAwaiter().GetResult();
        return sent == bytes.Length ? default : SendRestAsync(new ValueTask<int>(sent), bytes);
    }

    public override void Close() => socket.Dispose();

    public override void StartIdle(Action<object?> gone, object? state)
    {
        (_gone, _goneState) = (gone, state);
        Volatile.Write(ref _idle, 1);
        if (_watch is null)
            Watch();
    }

    public override bool EndIdle() => Interlocked.Exchange(ref _idle, 0) == 1 && _watch is { IsCompleted: false };

    private void Watch()
    {
        var watch = socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).AsTask();
        _watch = watch;
        watch.GetAwaiter().UnsafeOnCompleted(Woken);
    }

    private void Woken()
    {
        try
        {
            // .NET ends a receive of no bytes on any event of the socket, also on a late one for bytes that were read long ago.
            if (Volatile.Read(ref _idle) == 1 && !socket.Poll(0, SelectMode.SelectRead))
            {
                Watch();
                return;
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed meanwhile.
        }

        if (Interlocked.CompareExchange(ref _idle, 2, 1) == 1)
            _gone?.Invoke(_goneState);
    }

    /// <summary>The watch of the last pause ends with the first bytes of the answer; it took none of them.</summary>
    private async ValueTask<int> AfterWatchAsync(Task<int> watch, Memory<byte> buffer)
    {
        await watch;
        _watch = null;
        return await socket.ReceiveAsync(buffer, SocketFlags.None);
    }

    private async ValueTask SendRestAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        var sent = await sending;
        while (sent < bytes.Length)
            sent += await socket.SendAsync(bytes[sent..], SocketFlags.None);
    }
}
