using System.Text;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Tests.Caching.Entries;

/// <summary>Entries for tests, and what makes two of them the same.</summary>
internal static class Samples
{
    public const long Now = 1_700_000_000_000;

    public static CacheKey Key(string text) => CacheKey.Of(Text(text));

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Noise(int length, int seed = 7)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static MemoryBody Body(params byte[][] pieces) => new([.. pieces.Where(p => p.Length > 0).Select(p => (ReadOnlyMemory<byte>)p)]);

    public static CachedResponse Page(string keyText, byte[]? body = null) => new()
    {
        KeyText = Text(keyText),
        StoredAt = Now,
        Status = 200,
        Fields = [new("Content-Type", "text/html"), new("ETag", "\"1\"")],
        Body = Body(body ?? Text("hello")),
        RequestedAt = Now - 20,
        ReceivedAt = Now - 10,
        InitialAge = 0,
        FreshFor = 60_000,
    };

    /// <summary>Every property set, and different from every other.</summary>
    public static CachedResponse Full(string keyText, params byte[][] body) => new()
    {
        KeyText = Text(keyText),
        StoredAt = Now,
        Status = 206,
        Fields = [new("Content-Type", "image/png"), new("Set-Cookie", "a=1"), new("set-cookie", "b=2"), new("X-Latin", "caf\u00e9"), new("X-Wide", "\u20ac \ud800!"), new("X-Empty", "")],
        Body = Body(body),
        RequestedAt = Now - 3,
        ReceivedAt = Now - 2,
        InitialAge = 5,
        FreshFor = 7,
        StaleWhileRevalidate = 11,
        StaleIfError = 13,
        MustRevalidate = true,
        NoCache = true,
        Range = new ByteRange(2, 9, 100),
        Tags = ["front", "product-7"],
        SoftPurgedAt = 17,
    };

    public static VaryIndex Index(string keyText) => new()
    {
        KeyText = Text(keyText),
        StoredAt = Now,
        Generation = 0xFEDC_BA98_7654_3210,
        Rules = [["accept", "accept-encoding"], [], ["accept-language"]],
        Variants = [Key("one"), Key("two")],
    };

    public static byte[] Bytes(CachedBody body) => ((MemoryBody)body).Segments.SelectMany(s => s.ToArray()).ToArray();

    /// <summary>Fails unless every property is the same.</summary>
    public static void AssertSame(CacheEntry expected, CacheEntry? actual)
    {
        Assert.NotNull(actual);
        Assert.IsType(expected.GetType(), actual);
        Assert.Equal(expected.KeyText.ToArray(), actual.KeyText.ToArray());
        Assert.Equal(expected.StoredAt, actual.StoredAt);
        if (expected is VaryIndex index)
        {
            var found = (VaryIndex)actual;
            Assert.Equal(index.Generation, found.Generation);
            Assert.Equal(index.Rules, found.Rules);
            Assert.Equal(index.Variants, found.Variants);
            return;
        }

        var (a, b) = ((CachedResponse)expected, (CachedResponse)actual);
        Assert.Equal(
            (a.Status, a.RequestedAt, a.ReceivedAt, a.InitialAge, a.FreshFor, a.StaleWhileRevalidate, a.StaleIfError, a.MustRevalidate),
            (b.Status, b.RequestedAt, b.ReceivedAt, b.InitialAge, b.FreshFor, b.StaleWhileRevalidate, b.StaleIfError, b.MustRevalidate));
        Assert.Equal((a.NoCache, a.Range, a.SoftPurgedAt), (b.NoCache, b.Range, b.SoftPurgedAt));
        Assert.Equal(a.Fields, b.Fields);
        Assert.Equal(a.Tags, b.Tags);
        Assert.Equal(a.Body.Length, b.Body.Length);
        if (b.Body is MemoryBody)
            Assert.True(Bytes(a.Body).AsSpan().SequenceEqual(Bytes(b.Body)), "the body is another");
    }
}
