using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Weir.Transport.Server;

/// <summary>Accepted connections on their way to the server. Room is taken before accepting, so that nothing is accepted for a full queue.</summary>
internal sealed class AcceptQueue(int capacity)
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateBounded<ConnectionContext>(
        new BoundedChannelOptions(capacity) { SingleReader = true, AllowSynchronousContinuations = true });

    private int _taken;
    private int _paused;

    /// <summary>Takes one place; false when there is none.</summary>
    public bool TryTakeRoom()
    {
        if (Interlocked.Increment(ref _taken) <= capacity)
            return true;
        Interlocked.Exchange(ref _paused, 1);
        return Interlocked.Decrement(ref _taken) < capacity && TryTakeRoom();
    }

    public void GiveRoomBack() => Interlocked.Decrement(ref _taken);

    /// <summary>Adds a connection into room that was taken.</summary>
    public bool Add(ConnectionContext connection) => _connections.Writer.TryWrite(connection);

    public void Complete() => _connections.Writer.TryComplete();

    /// <summary>The next connection; null at the end.</summary>
    /// <param name="hasRoom">Called when somebody was turned away before and there is room now.</param>
    public async ValueTask<ConnectionContext?> TakeAsync(Action hasRoom, CancellationToken cancel)
    {
        while (await _connections.Reader.WaitToReadAsync(cancel))
        {
            if (!TryTake(out var connection))
                continue;
            if (Interlocked.Exchange(ref _paused, 0) != 0)
                hasRoom();
            return connection;
        }

        return null;
    }

    public bool TryTake(out ConnectionContext? connection)
    {
        if (!_connections.Reader.TryRead(out connection))
            return false;
        Interlocked.Decrement(ref _taken);
        return true;
    }
}
