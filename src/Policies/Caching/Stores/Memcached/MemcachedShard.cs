using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Stores.Memcached;

namespace Weir.Policies.Caching.Stores.Memcached;

/// <summary>
/// One Memcached server. All chunks of an entry lie where its key does: a lost server takes its own share of entries, no more.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="itemBytes">Bytes of a value that fit into an item.</param>
/// <param name="maxEntryBytes">Bytes of the largest entry.</param>
/// <param name="splits">False refuses what does not fit into one item.</param>
internal sealed class MemcachedShard(IMemcachedServer server, int itemBytes, long maxEntryBytes, bool splits) : RemoteShard
{
    /// <summary>Flags of an item that is an entry.</summary>
    public const uint Whole = 1;

    /// <summary>Flags of an item that is a manifest.</summary>
    public const uint Manifest = 2;

    /// <summary>Flags of an item that is a chunk.</summary>
    public const uint Chunk = 3;

    // Chunks of one entry that are on their way to the server at once.
    private const int Ahead = 4;

    public override string? Down => server.IsConnected ? null : server.LastError ?? "There is no connection yet.";

    public override async ValueTask<ReadOnlySequence<byte>?> ReadAsync(byte[] key, CancellationToken cancel)
    {
        var found = await server.GetAsync(key, cancel);
        if (!found.IsHit)
            return null;
        if (found.Flags != Manifest)
            return new ReadOnlySequence<byte>(found.Value);
        if (MemcachedManifest.Read(found.Value.Span, maxEntryBytes) is not { } manifest)
            return new ReadOnlySequence<byte>(found.Value);
        var asked = new Task<MemcachedValue>[manifest.Chunks];
        for (var i = 0; i < asked.Length; i++)
            asked[i] = server.GetAsync(manifest.KeyOf(key, i), cancel).AsTask();
        var chunks = await Task.WhenAll(asked);
        for (var i = 0; i < chunks.Length; i++)
        {
            if (chunks[i].Flags != Chunk || chunks[i].Value.Length != manifest.BytesOf(i))
                return null;
        }

        return ByteSegment.Join([.. chunks.Select(c => c.Value)]);
    }

    public override async ValueTask<bool> WriteAsync(byte[] key, EncodedEntry entry, TimeSpan keepFor, CancellationToken cancel)
    {
        // The server counts whole seconds of its own clock, so the last one may be short.
        var expiry = keepFor < MemcachedItem.MaxExpiry ? keepFor + TimeSpan.FromSeconds(1) : MemcachedItem.MaxExpiry;
        try
        {
            if (entry.Length <= itemBytes)
                return await server.SetAsync(key, new MemcachedItem(entry.Pieces()) { Flags = Whole, Expiry = expiry }, cancel);
            return splits && await WriteInChunksAsync(key, entry.ToSequence(), expiry, cancel);
        }
        catch (MemcachedException e) when (e.Fault == MemcachedFault.TooLarge)
        {
            // The server's items are smaller than we were told. It drops what was there.
            return false;
        }
    }

    public override ValueTask<bool> DeleteAsync(byte[] key, CancellationToken cancel) => server.DeleteAsync(key, cancel);

    public override async ValueTask<ulong?> ReadNumberAsync(byte[] key, CancellationToken cancel)
    {
        var found = await server.GetAsync(key, cancel);
        return found.Value.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(found.Value.Span) : null;
    }

    public override async ValueTask WriteNumberAsync(byte[] key, ulong value, bool onlyIfAbsent, CancellationToken cancel)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        await server.SetAsync(key, new MemcachedItem(bytes) { OnlyIfAbsent = onlyIfAbsent }, cancel);
    }

    public override StoreFault FaultOf(Exception exception) => (exception as MemcachedException)?.Fault switch
    {
        MemcachedFault.TimedOut => StoreFault.TimedOut,
        MemcachedFault.NotConnected => StoreFault.NotConnected,
        MemcachedFault.Full => StoreFault.Full,
        _ => StoreFault.Failed,
    };

    // Chunks first: who finds the manifest finds them all, unless the server has thrown one out.
    private async Task<bool> WriteInChunksAsync(byte[] key, ReadOnlySequence<byte> entry, TimeSpan expiry, CancellationToken cancel)
    {
        var manifest = new MemcachedManifest(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), entry.Length, itemBytes);
        if (manifest.Chunks > MemcachedManifest.MaxChunks)
            return false;
        for (var first = 0; first < manifest.Chunks; first += Ahead)
        {
            var sent = new Task<bool>[Math.Min(Ahead, manifest.Chunks - first)];
            for (var i = 0; i < sent.Length; i++)
            {
                var pieces = new List<ReadOnlyMemory<byte>>();
                foreach (var piece in entry.Slice((long)(first + i) * itemBytes, manifest.BytesOf(first + i)))
                    pieces.Add(piece);
                sent[i] = server.SetAsync(manifest.KeyOf(key, first + i), new MemcachedItem([.. pieces]) { Flags = Chunk, Expiry = expiry }, cancel).AsTask();
            }

            if (Array.Exists(await Task.WhenAll(sent), stored => !stored))
                return false;
        }

        return await server.SetAsync(key, new MemcachedItem(manifest.ToArray()) { Flags = Manifest, Expiry = expiry }, cancel);
    }
}
