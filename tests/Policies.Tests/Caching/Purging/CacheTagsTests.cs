using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Purging;

namespace Weir.Policies.Tests.Caching.Purging;

public sealed class CacheTagsTests
{
    [Fact]
    public void Surrogate_keys_are_separated_by_blanks_and_cache_tags_by_commas_on_all_lines()
    {
        FieldLine[] head = [new("surrogate-key", " a  b\tc,d "), new("Cache-Tag", "e, f g ,,a"), new("X", "no"), new("SURROGATE-KEY", "h"), new("cache-tag", "")];
        Assert.Equal(["a", "b", "c,d", "e", "f g", "h"], CacheTags.Of(head, out var leftOut));
        Assert.Equal(0, leftOut);
    }

    [Fact]
    public void Case_counts() => Assert.Equal(["a", "A"], CacheTags.Of([new("Surrogate-Key", "a A a")]));

    [Fact]
    public void Without_tags_there_are_none() => Assert.Empty(CacheTags.Of([new("Surrogate-Key", " \t "), new("Vary", "a")]));

    [Fact]
    public void What_is_past_the_bounds_is_left_out_and_counted()
    {
        var longest = new string('x', CacheTags.MaxLength);
        var many = string.Join(' ', Enumerable.Range(0, CacheTags.MaxTags + 2));
        var tags = CacheTags.Of([new("Cache-Tag", $"{longest},{longest}y"), new("Surrogate-Key", many)], out var leftOut);
        Assert.Equal(CacheTags.MaxTags, tags.Count);
        Assert.Equal(longest, tags[0]);
        Assert.Equal(4, leftOut);
    }
}
