using System.Text;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Tests.Http1;

/// <summary>A chunked body decoded in pieces of given sizes, and what came out.</summary>
internal sealed class ChunkRecord : ITrailerBytes
{
    private readonly List<byte> _trailers = [];
    private readonly List<byte> _data = [];

    public byte[] Data => [.. _data];

    public string Trailers => Encoding.Latin1.GetString(_trailers.ToArray());

    public ResponseFault Fault { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>Bytes used when it was done or refused.</summary>
    public int Consumed { get; private set; }

    public string All => $"{Fault} {IsDone} {Consumed} {Convert.ToHexString(Data)} [{Trailers}]";

    /// <summary>Decodes input, fed in pieces of <paramref name="step"/> bytes as the next call says; the sizes must be 1 or more.</summary>
    public static ChunkRecord Decode(ReadOnlySpan<byte> input, Func<int> step)
    {
        var record = new ChunkRecord();
        var decoder = default(ChunkedDecoder);
        for (var at = 0; at < input.Length && !decoder.IsDone && decoder.Fault == ResponseFault.None;)
        {
            var piece = input.Slice(at, Math.Min(step(), input.Length - at));
            while (piece.Length > 0 && !decoder.IsDone && decoder.Fault == ResponseFault.None)
            {
                var left = decoder.LeftInChunk;
                var run = decoder.Read(piece, out var consumed, record);
                Assert.InRange(consumed, 1, piece.Length);
                Assert.True(left == 0 || run.Length == Math.Min(left, piece.Length), "A run ends with its chunk or its input.");
                Assert.True(run.Length == 0 || piece.Slice(consumed - run.Length, run.Length).SequenceEqual(run));
                record._data.AddRange(run);
                piece = piece[consumed..];
                at += consumed;
            }
        }

        (record.Fault, record.IsDone) = (decoder.Fault, decoder.IsDone);
        record.Consumed = record.Fault == ResponseFault.None && !record.IsDone ? input.Length : UsedBy(input);
        return record;
    }

    public void Take(byte value) => _trailers.Add(value);

    private static int UsedBy(ReadOnlySpan<byte> input)
    {
        var decoder = default(ChunkedDecoder);
        var at = 0;
        while (at < input.Length && !decoder.IsDone && decoder.Fault == ResponseFault.None)
        {
            decoder.Read(input[at..], out var consumed, trailers: null);
            at += consumed;
        }

        return at;
    }
}
