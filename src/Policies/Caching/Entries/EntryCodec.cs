using System.Buffers;
using System.IO.Hashing;

namespace Weir.Policies.Caching.Entries;

/// <summary>
/// Entries as bytes, for the stores that are not this process's memory. See <see cref="EntryPrefix"/> for the outline and
/// <see cref="EntryHead"/> for the head. The checksums guard against damage, not against an attacker who can write to the store:
/// the store is trusted as the origin is.
/// </summary>
internal static class EntryCodec
{
    /// <summary>Of the format. Another version is a miss, not an error.</summary>
    public const byte Version = 1;

    /// <summary>Bytes of a head; an entry with more is not stored, and a longer one is not read.</summary>
    public const int MaxHeadBytes = 1024 * 1024;

    /// <summary>Lines of fields, tags or names of a Vary rule; the same goes for them.</summary>
    public const int MaxLines = EntryHead.MaxLines;

    /// <summary>An entry whose body, if any, is in memory.</summary>
    /// <returns>Null when its head is past a bound.</returns>
    /// <exception cref="ArgumentException">The body is not in memory; see <see cref="EncodeTop"/>.</exception>
    public static EncodedEntry? Encode(CacheEntry entry)
    {
        var body = entry is not CachedResponse response ? MemoryBody.Empty
            : response.Body as MemoryBody ?? throw new ArgumentException("The body is not in memory.", nameof(entry));
        return EncodeTop(entry, body.Length, Checksum(body.Segments)) is { } top ? new EncodedEntry(top, body) : null;
    }

    /// <summary>Prefix and head of an entry, for a store that writes the body itself.</summary>
    /// <param name="entry">Its body is not looked at.</param>
    /// <param name="bodyLength">Bytes.</param>
    /// <param name="bodyChecksum">XxHash3 of the body, seed 0.</param>
    /// <returns>Null when the head is past a bound.</returns>
    public static ReadOnlyMemory<byte>? EncodeTop(CacheEntry entry, long bodyLength, ulong bodyChecksum)
    {
        var to = new EntryHeadWriter(expected: 768);
        var kind = EntryKind.VaryIndex;
        if (entry is CachedResponse response)
        {
            kind = EntryKind.Response;
            if (response.Fields.Count > MaxLines || response.Tags.Count > MaxLines)
                return null;
            EntryHead.Write(ref to, response);
        }
        else
        {
            EntryHead.Write(ref to, (VaryIndex)entry);
        }

        var head = to.Length - EntryPrefix.Bytes;
        if (head > MaxHeadBytes)
            return null;
        new EntryPrefix(kind, head, bodyLength, bodyChecksum).WriteTo(to.Written.Span);
        return to.Written;
    }

    /// <summary>Reads an entry whose bytes are all there. It keeps slices of them: they must never change, and not be pooled.</summary>
    /// <param name="from">All bytes of the entry, and no more.</param>
    /// <param name="keyText">Of the entry that is looked for.</param>
    /// <param name="entry">Null unless the result is <see cref="EntryFault.None"/>.</param>
    public static EntryFault Decode(ReadOnlySequence<byte> from, ReadOnlySpan<byte> keyText, out CacheEntry? entry)
    {
        entry = null;
        if (from.Length < EntryPrefix.Bytes)
            return EntryFault.NotAnEntry;
        if (EntryPrefix.Read(Front(from, EntryPrefix.Bytes).Span, out var prefix) is not EntryFault.None and var fault)
            return fault;
        var length = EntryPrefix.Bytes + prefix.HeadLength;
        if (from.Length - length != prefix.BodyLength)
            return EntryFault.Damaged;
        var rest = from.Slice(length);
        var segments = Segments(rest);
        // The whole array is held as long as the body is; the key text is counted by the entry itself.
        var body = new MemoryBody(segments, Math.Max(prefix.BodyLength, from.Length - keyText.Length));
        if (DecodeTop(Front(from, length), prefix, keyText, body, out var sound) is not EntryFault.None and var wrong)
            return wrong;
        if (Checksum(segments) != prefix.BodyChecksum)
            return EntryFault.Damaged;
        entry = sound;
        return EntryFault.None;
    }

    /// <inheritdoc cref="Decode(ReadOnlySequence{byte}, ReadOnlySpan{byte}, out CacheEntry?)" />
    public static EntryFault Decode(ReadOnlyMemory<byte> from, ReadOnlySpan<byte> keyText, out CacheEntry? entry) =>
        Decode(new ReadOnlySequence<byte>(from), keyText, out entry);

    /// <summary>Reads an entry whose body is elsewhere and is checked by who reads it.</summary>
    /// <param name="top">Prefix and head, nothing else; the entry keeps slices of it.</param>
    /// <param name="prefix">Read from it.</param>
    /// <param name="keyText">Of the entry that is looked for; empty takes any.</param>
    /// <param name="body">The body.</param>
    /// <param name="entry">Null unless the result is <see cref="EntryFault.None"/>.</param>
    public static EntryFault DecodeTop(ReadOnlyMemory<byte> top, EntryPrefix prefix, ReadOnlySpan<byte> keyText, CachedBody body, out CacheEntry? entry)
    {
        entry = null;
        if (top.Length != EntryPrefix.Bytes + prefix.HeadLength || !EntryPrefix.IsSound(top.Span))
            return EntryFault.Damaged;
        var reader = new EntryHeadReader(top.Span[EntryPrefix.Bytes..]);
        var length = reader.Bytes().Length;
        var text = top.Slice(top.Length - reader.Left - length, length);
        if (!reader.IsSound)
            return EntryFault.Damaged;
        if (!keyText.IsEmpty && !text.Span.SequenceEqual(keyText))
            return EntryFault.OtherKey;
        entry = prefix.Kind == EntryKind.Response ? EntryHead.ReadResponse(ref reader, text, body)
            : prefix.BodyLength == 0 ? EntryHead.ReadVaryIndex(ref reader, text)
            : null;
        return entry is null ? EntryFault.Damaged : EntryFault.None;
    }

    /// <summary>XxHash3 of the pieces, seed 0. For one that comes over time there is <see cref="XxHash3.Append(ReadOnlySpan{byte})"/>.</summary>
    public static ulong Checksum(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        if (pieces.Count <= 1)
            return XxHash3.HashToUInt64(pieces.Count == 0 ? default : pieces[0].Span);
        var hash = new XxHash3();
        foreach (var piece in pieces)
            hash.Append(piece.Span);
        return hash.GetCurrentHashAsUInt64();
    }

    private static ReadOnlyMemory<byte> Front(ReadOnlySequence<byte> from, int length) =>
        from.First.Length >= length ? from.First[..length] : from.Slice(0, length).ToArray();

    private static ReadOnlyMemory<byte>[] Segments(ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
            return [];
        if (body.IsSingleSegment)
            return [body.First];
        var segments = new List<ReadOnlyMemory<byte>>();
        foreach (var segment in body)
        {
            if (!segment.IsEmpty)
                segments.Add(segment);
        }

        return [.. segments];
    }
}
