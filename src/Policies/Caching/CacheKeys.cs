using System.Text;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Purging;

namespace Weir.Policies.Caching;

/// <summary>Where a URL that an operator names may be stored.</summary>
internal sealed class CacheKeys(Invalidator invalidator) : IPurgeKeys
{
    /// <inheritdoc />
    public IReadOnlyList<CacheKey> KeysOf(string url) => [.. TextsOf(url).Select(t => CacheKey.Of(t))];

    /// <inheritdoc />
    public IReadOnlyList<string> UrlsOf(string url) =>
        [.. TextsOf(url).Select(t => Encoding.UTF8.GetString(UrlText.UrlOf(t))).Append(url).Distinct(StringComparer.Ordinal)];

    /// <summary>The key texts of an absolute URL; none for another text.</summary>
    public IReadOnlyList<byte[]> TextsOf(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return [];
        var path = url.IndexOf('/', authority + 3);
        var host = path < 0 ? url[(authority + 3)..] : url[(authority + 3)..path];
        return invalidator.TextsOf(url[..authority], host, path < 0 ? "/" : url[path..]);
    }
}
