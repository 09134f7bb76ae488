using System.Text;
using Weir.Policies.Caching.Entries;

namespace Weir.Bench.Micro;

/// <summary>A page of a shop as the cache's benchmarks store it: twelve fields, as Apache with PHP sends them.</summary>
internal static class CachedPages
{
    public static byte[] KeyText { get; } = Encoding.UTF8.GetBytes("GET https www.example.test /shop/item/4711?color=blue");

    public static CachedResponse Of(int bodyBytes)
    {
        var body = new byte[bodyBytes];
        new Random(7).NextBytes(body);
        return new CachedResponse
        {
            KeyText = KeyText,
            StoredAt = 1_700_000_000_000,
            Status = 200,
            Fields =
            [
                new("Date", "Tue, 14 Nov 2023 22:13:20 GMT"), new("Server", "Apache"), new("Content-Type", "text/html; charset=utf-8"),
                new("Content-Encoding", "br"), new("Cache-Control", "public, max-age=300, stale-while-revalidate=60"), new("ETag", "\"5f3-61a2c\""),
                new("Last-Modified", "Tue, 14 Nov 2023 20:00:00 GMT"), new("Vary", "Accept-Encoding"), new("Link", "</style.css>; rel=preload; as=style"),
                new("X-Content-Type-Options", "nosniff"), new("Strict-Transport-Security", "max-age=31536000"), new("Surrogate-Key", "item-4711 shop"),
            ],
            Body = new MemoryBody([body]),
            RequestedAt = 1_700_000_000_000,
            ReceivedAt = 1_700_000_000_050,
            InitialAge = 0,
            FreshFor = 300_000,
            StaleWhileRevalidate = 60_000,
            Tags = ["item-4711", "shop"],
        };
    }
}
