using Weir.Policies.Caching.Entries;
using Weir.Policies.Tests.Caching.Entries;

namespace Weir.Policies.Tests.Caching.Purging;

/// <summary>Entries of a URL at a time.</summary>
internal static class Pages
{
    public static CachedResponse Page(string url, long at, params string[] tags) => Page(url, at, at, tags);

    public static CachedResponse Page(string url, long requestedAt, long storedAt, string[] tags) => new()
    {
        KeyText = Samples.Text("route\n" + url),
        StoredAt = storedAt,
        Status = 200,
        Fields = [],
        Body = Samples.Body(Samples.Text("hello")),
        RequestedAt = requestedAt,
        ReceivedAt = storedAt,
        InitialAge = 0,
        FreshFor = 60_000,
        Tags = tags,
    };

    public static VaryIndex Index(string url, long at) => new() { KeyText = Samples.Text("route\n" + url), StoredAt = at, Generation = 1, Rules = [["accept"]], Variants = [] };

    public static CacheKey Key(string url) => Samples.Key("route\n" + url);
}
