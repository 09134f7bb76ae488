using System.Buffers.Binary;
using Weir.Policies.Contracts;

namespace Weir.Policies.State;

/// <summary>
/// A batch of counts as bytes, little-endian: <c>WC</c>, version 1, a zero, 16 bytes of the sender's identity, 8 bytes that only
/// the sender understands (its clock), then for each counter 8 bytes of key and 4 of hits. A reader refuses other versions.
/// </summary>
internal static class CounterFrame
{
    /// <summary>Counters in one batch: 48 KiB.</summary>
    public const int MaxDeltas = 4096;

    /// <summary>Bytes before the first counter.</summary>
    public const int HeadBytes = 28;

    private const int DeltaBytes = 12;
    private const byte Version = 1;

    public static byte[] Write(Guid sender, long clock, ReadOnlySpan<CounterDelta> deltas)
    {
        var frame = new byte[HeadBytes + (deltas.Length * DeltaBytes)];
        "WC"u8.CopyTo(frame);
        frame[2] = Version;
        sender.TryWriteBytes(frame.AsSpan(4));
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(20), clock);
        var at = HeadBytes;
        foreach (var delta in deltas)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(at), delta.Counter);
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(at + 8), delta.Hits);
            at += DeltaBytes;
        }

        return frame;
    }

    /// <summary>Reads one.</summary>
    /// <param name="frame">The bytes.</param>
    /// <param name="into">At least <see cref="MaxDeltas"/> long.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="clock">What the sender put there.</param>
    /// <param name="count">How many counters were written; those without hits are left out.</param>
    /// <returns>False when it is not a frame of this version.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, Span<CounterDelta> into, out Guid sender, out long clock, out int count)
    {
        (sender, clock, count) = (default, 0, 0);
        if (frame.Length < HeadBytes || !frame.StartsWith("WC"u8) || frame[2] != Version || frame[3] != 0)
            return false;
        var body = frame[HeadBytes..];
        if (body.Length % DeltaBytes != 0 || body.Length > MaxDeltas * DeltaBytes)
            return false;
        sender = new Guid(frame.Slice(4, 16));
        clock = BinaryPrimitives.ReadInt64LittleEndian(frame[20..]);
        for (; body.Length > 0; body = body[DeltaBytes..])
        {
            var hits = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
            if (hits > 0)
                into[count++] = new CounterDelta(BinaryPrimitives.ReadUInt64LittleEndian(body), hits);
        }

        return true;
    }
}
