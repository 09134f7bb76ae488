using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Tests.Caching.Entries;

/// <summary>Entries as bytes, and bytes that are none.</summary>
public sealed class EntryCodecTests
{
    // Version 1, made by another program from the description in EntryPrefix and EntryHead. When these change, the version must: what
    // farms have stored would be read wrongly.
    private const string GoldenResponse =
        "5743451a010100000c66f17d13713500cd0000000400000000000000fae17f18eec8f284046b7c2f610068e5cf8b010000fd67e5cf8b010000fe67e5cf8b0100"
        + "00050000000000000007000000000000000b000000000000000d000000000000001100000000000000ce000f0200000000000000090000000000000064000000"
        + "000000000618436f6e74656e742d5479706512696d6167652f706e67145365742d436f6f6b696506613d31147365742d636f6f6b696506623d320e582d4c6174"
        + "696e08636166e90c582d5769646509ac20200000d821000e582d456d70747900020a66726f6e741270726f647563742d37626f6479";

    private const string GoldenIndex =
        "5743451a01020000b1160aab4316ded8610000000000000000000000c294d3380580062d046b7c2f610068e5cf8b0100001032547698badcfe03020c61636365"
        + "70741e6163636570742d656e636f64696e6700011e6163636570742d6c616e677561676502a0e11f32a7ab1f9199b41ef44c6d1c0a8b9929cbbd60056ca94d7e"
        + "88ccc8d535";

    public static TheoryData<string> Kinds => ["page", "full", "empty", "pieces", "index", "bare", "open"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_property_comes_back(string kind)
    {
        var entry = Entry(kind);

        var bytes = EntryCodec.Encode(entry)!.Value.ToArray();

        Assert.Equal(EntryFault.None, EntryCodec.Decode(bytes, entry.KeyText.Span, out var read));
        Samples.AssertSame(entry, read);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_in_any_pieces_are_the_same_entry(string kind)
    {
        var entry = Entry(kind);
        var bytes = EntryCodec.Encode(entry)!.Value.ToArray();

        foreach (var size in (int[])[1, 7, 36, 100])
        {
            var pieces = bytes.Chunk(size).Select(p => (ReadOnlyMemory<byte>)p).ToArray();
            Assert.Equal(EntryFault.None, EntryCodec.Decode(ByteSegment.Join(pieces), entry.KeyText.Span, out var read));
            Samples.AssertSame(entry, read);
        }
    }

    [Fact]
    public void All_ways_to_write_an_entry_write_the_same()
    {
        var encoded = EntryCodec.Encode(Entry("pieces"))!.Value;
        var output = new ArrayBufferWriter<byte>();

        encoded.WriteTo(output);

        Assert.Equal(encoded.Length, output.WrittenCount);
        Assert.Equal(encoded.ToArray(), output.WrittenSpan.ToArray());
        Assert.Equal(encoded.ToArray(), encoded.ToSequence().ToArray());
        Assert.Equal(encoded.ToArray(), encoded.Pieces().SelectMany(p => p.ToArray()).ToArray());
    }

    [Fact]
    public void The_body_is_neither_copied_when_written_nor_when_read()
    {
        var body = Samples.Noise(5000);
        var encoded = EntryCodec.Encode(Samples.Page("k", body))!.Value;
        var bytes = encoded.ToArray();

        EntryCodec.Decode(bytes, Samples.Text("k"), out var read);

        Assert.True(encoded.Body[0].Span == body.AsSpan());
        var segment = Assert.Single(((MemoryBody)((CachedResponse)read!).Body).Segments);
        Assert.True(segment.Span == bytes.AsSpan(bytes.Length - 5000));
    }

    [Fact]
    public void What_is_read_counts_the_whole_array_that_it_holds()
    {
        var entry = Samples.Full("some key", Samples.Noise(100));
        var bytes = EntryCodec.Encode(entry)!.Value.ToArray();

        EntryCodec.Decode(bytes, entry.KeyText.Span, out var read);

        Assert.Equal(bytes.Length - entry.KeyText.Length, ((CachedResponse)read!).Body.MemoryBytes);
        Assert.Equal(100, entry.Body.MemoryBytes);
    }

    [Fact]
    public void The_bytes_of_version_1_are_pinned()
    {
        var bytes = EntryCodec.Encode(Samples.Full("k|/a", Samples.Text("body")))!.Value.ToArray();
        var index = EntryCodec.Encode(Samples.Index("k|/a"))!.Value.ToArray();

        Assert.Equal(1, EntryCodec.Version);
        Assert.Equal(GoldenResponse, Convert.ToHexStringLower(bytes));
        Assert.Equal(GoldenIndex, Convert.ToHexStringLower(index));
    }

    [Fact]
    public void Another_version_is_named_as_such_and_another_text_too()
    {
        var bytes = EntryCodec.Encode(Samples.Page("k"))!.Value.ToArray();

        Assert.Equal(EntryFault.OtherKey, EntryCodec.Decode(bytes, Samples.Text("q"), out var other));
        Assert.Null(other);
        bytes[4] = 2;
        Assert.Equal(EntryFault.OtherVersion, EntryCodec.Decode(bytes, Samples.Text("k"), out _));
        bytes[0] ^= 1;
        Assert.Equal(EntryFault.NotAnEntry, EntryCodec.Decode(bytes, Samples.Text("k"), out _));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_changed_bit_and_no_cut_passes(string kind)
    {
        var entry = Entry(kind);
        var bytes = EntryCodec.Encode(entry)!.Value.ToArray();

        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            Assert.NotEqual(EntryFault.None, EntryCodec.Decode(bytes, entry.KeyText.Span, out var read));
            Assert.Null(read);
            bytes[i] ^= (byte)(1 << (i % 8));
            Assert.NotEqual(EntryFault.None, EntryCodec.Decode(bytes.AsMemory(0, i), entry.KeyText.Span, out _));
        }

        Assert.Equal(EntryFault.Damaged, EntryCodec.Decode((byte[])[.. bytes, 0], entry.KeyText.Span, out _));
    }

    [Fact]
    public void Random_bytes_are_no_entry()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Assert.NotEqual(EntryFault.None, EntryCodec.Decode(bytes, Samples.Text("k"), out _));
        }
    }

    // With a right checksum, as a fault of the writer or another program would leave it.
    [Fact]
    public void A_head_of_random_bytes_with_a_right_checksum_is_read_or_refused_and_never_throws()
    {
        var random = new Random(13);
        var sound = EntryCodec.Encode(Samples.Full("k"))!.Value.Top.ToArray();
        var index = EntryCodec.Encode(Samples.Index("k"))!.Value.Top.ToArray();
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = (byte[])(i % 2 == 0 ? sound : index).Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
                bytes[random.Next(EntryPrefix.Bytes, bytes.Length)] = (byte)random.Next(256);
            var head = bytes.Length - EntryPrefix.Bytes;
            new EntryPrefix(i % 2 == 0 ? EntryKind.Response : EntryKind.VaryIndex, head, 0, EntryCodec.Checksum([])).WriteTo(bytes);

            var fault = EntryCodec.Decode(bytes, default, out var read);

            Assert.Equal(fault == EntryFault.None, read is not null);
            Assert.Contains(fault, (EntryFault[])[EntryFault.None, EntryFault.Damaged]);
        }
    }

    [Fact]
    public void Any_entry_comes_back()
    {
        var text = Gen.Choose(0, 0xffff).Select(c => (char)c).ArrayOf().Select(c => new string(c));
        var entry =
            from fields in text.Zip(text).ListOf()
            from tags in text.ListOf()
            from body in Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().ListOf()
            from key in text
            from time in Gen.Choose(0, int.MaxValue)
            select new CachedResponse
            {
                KeyText = Samples.Text("k" + key),
                StoredAt = time,
                Status = 200 + (time % 800),
                Fields = [.. fields.Select(f => new FieldLine(f.Item1, f.Item2))],
                Body = Samples.Body([.. body]),
                RequestedAt = time / 2,
                ReceivedAt = time / 3,
                InitialAge = time / 5,
                FreshFor = long.MaxValue - time,
                Range = time % 2 == 0 ? null : new ByteRange(time / 2, time, null),
                Tags = [.. tags],
            };
        Prop.ForAll(entry.ToArbitrary(), one =>
        {
            var bytes = EntryCodec.Encode(one)!.Value.ToArray();
            Assert.Equal(EntryFault.None, EntryCodec.Decode(bytes, one.KeyText.Span, out var read));
            Samples.AssertSame(one, read);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_head_past_a_bound_is_not_written()
    {
        Assert.NotNull(EntryCodec.Encode(Tagged(EntryCodec.MaxLines, 1)));
        Assert.Null(EntryCodec.Encode(Tagged(EntryCodec.MaxLines + 1, 1)));
        Assert.NotNull(EntryCodec.Encode(Tagged(1, EntryCodec.MaxHeadBytes - 1000)));
        Assert.Null(EntryCodec.Encode(Tagged(1, EntryCodec.MaxHeadBytes)));
    }

    [Fact]
    public void A_top_can_be_read_without_its_body()
    {
        var entry = Samples.Full("k", Samples.Noise(50));
        var encoded = EntryCodec.Encode(entry)!.Value;

        Assert.Equal(EntryFault.None, EntryPrefix.Read(encoded.Top.Span, out var prefix));
        Assert.Equal((EntryKind.Response, 50L, EntryCodec.Checksum(encoded.Body)), (prefix.Kind, prefix.BodyLength, prefix.BodyChecksum));
        Assert.Equal(EntryFault.None, EntryCodec.DecodeTop(encoded.Top, prefix, default, entry.Body, out var read));
        Samples.AssertSame(entry, read);
    }

    private static CachedResponse Tagged(int count, int length) => new()
    {
        KeyText = Samples.Text("k"),
        StoredAt = 0,
        Status = 200,
        Fields = [],
        Body = MemoryBody.Empty,
        RequestedAt = 0,
        ReceivedAt = 0,
        InitialAge = 0,
        FreshFor = 0,
        Tags = [.. Enumerable.Repeat(new string('t', length), count)],
    };

    private static CacheEntry Entry(string kind) => kind switch
    {
        "page" => Samples.Page("GET https://a.example/"),
        "full" => Samples.Full("GET https://a.example/?q=\u00e4", Samples.Noise(300)),
        "pieces" => Samples.Full("k", Samples.Noise(20), [], Samples.Noise(1), Samples.Noise(100)),
        "empty" => Samples.Page("k", []),
        "index" => Samples.Index("GET https://a.example/"),
        "bare" => new VaryIndex { KeyText = Samples.Text("k"), StoredAt = 0, Generation = 1, Rules = [], Variants = [] },
        _ => Tagged(0, 0),
    };
}
