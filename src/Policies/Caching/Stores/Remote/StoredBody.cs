using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>Encodes an entry wherever its body lies.</summary>
internal static class StoredBody
{
    /// <summary>An entry as bytes; a body in a file is read first, off the caller's thread.</summary>
    /// <returns>Null when it cannot be stored: its head is past a bound, or its file is shorter than it was.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async ValueTask<EncodedEntry?> EncodeAsync(CacheEntry entry, CancellationToken cancel)
    {
        if ((entry as CachedResponse)?.Body is not FileBody file)
            return EntryCodec.Encode(entry);
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)file.Length));
        for (var read = 0; read < bytes.Length;)
        {
            var some = await RandomAccess.ReadAsync(file.File, bytes.AsMemory(read), file.Offset + read, cancel);
            if (some == 0)
                return null;
            read += some;
        }

        var body = new MemoryBody([bytes]);
        return EntryCodec.EncodeTop(entry, body.Length, EntryCodec.Checksum(body.Segments)) is { } top ? new EncodedEntry(top, body) : null;
    }
}
