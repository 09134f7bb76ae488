namespace Weir.Forwarding.Slots;

/// <summary>One slot of one server. Dispose gives it back; every holder disposes it exactly once.</summary>
public struct Slot : IDisposable, IEquatable<Slot>
{
    private ServerSlots? _server;

    internal Slot(ServerSlots server) => _server = server;

    /// <summary>The server whose slot this is; null once given back.</summary>
    public readonly ServerSlots? Server => _server;

    /// <inheritdoc />
    public void Dispose()
    {
        var server = _server;
        _server = null;
        server?.Release();
    }

    /// <inheritdoc />
    public readonly bool Equals(Slot other) => ReferenceEquals(_server, other._server);

    /// <inheritdoc />
    public override readonly bool Equals(object? obj) => obj is Slot other && Equals(other);

    /// <inheritdoc />
    public override readonly int GetHashCode() => _server?.GetHashCode() ?? 0;

    public static bool operator ==(Slot left, Slot right) => left.Equals(right);

    public static bool operator !=(Slot left, Slot right) => !left.Equals(right);
}
