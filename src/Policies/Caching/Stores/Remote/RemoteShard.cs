using System.Buffers;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>
/// A server, or a group of them that is up and down as one, as far as a store needs it. The calls throw what their client throws;
/// <see cref="RemoteStore"/> makes a miss of it.
/// </summary>
internal abstract class RemoteShard
{
    /// <summary>Null while it can be asked; otherwise why not, in one line.</summary>
    public abstract string? Down { get; }

    /// <returns>Null for a miss. The bytes are the caller's for good.</returns>
    public abstract ValueTask<ReadOnlySequence<byte>?> ReadAsync(byte[] key, CancellationToken cancel);

    /// <returns>False when the server did not want it.</returns>
    public abstract ValueTask<bool> WriteAsync(byte[] key, EncodedEntry entry, TimeSpan keepFor, CancellationToken cancel);

    /// <returns>True when there was something.</returns>
    public abstract ValueTask<bool> DeleteAsync(byte[] key, CancellationToken cancel);

    /// <summary>Reads a number that does not expire.</summary>
    /// <returns>Null when there is none.</returns>
    public abstract ValueTask<ulong?> ReadNumberAsync(byte[] key, CancellationToken cancel);

    /// <summary>Writes a number that does not expire.</summary>
    /// <param name="key">Key.</param>
    /// <param name="value">Not 0.</param>
    /// <param name="onlyIfAbsent">Leaves what is there, where the server can tell.</param>
    /// <param name="cancel">Gives up.</param>
    public abstract ValueTask WriteNumberAsync(byte[] key, ulong value, bool onlyIfAbsent, CancellationToken cancel);

    /// <summary>What an exception of these calls counts as.</summary>
    public abstract StoreFault FaultOf(Exception exception);
}
