using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class StoredUpdateTests
{
    [Fact]
    [Trait("Checklist", "26")]
    public void Every_field_of_a_304_takes_the_place_of_the_stored_ones()
    {
        var stored = Stored(
            200, "x", "Cache-Control: max-age=1", "ETag: \"a\"", "A: 1", "A: 2", "Set-Cookie: a=b", "B: 3", "Content-Type: text/plain", "Content-Location: /x",
            "Date: " + Date(Now - 5000));
        var entry = Update(
            stored, "Cache-Control: max-age=60", "ETag: \"a\"", "a: 4", "Set-Cookie: a=c", "Content-Type: text/html", "Content-Location: /y", "New: 5", "Date: " + Date());
        Assert.Equal(
            $"B: 3 | Cache-Control: max-age=60 | ETag: \"a\" | a: 4 | Set-Cookie: a=c | Content-Type: text/html | Content-Location: /y | New: 5 | Date: {Date()}",
            Fields(entry.Fields));
    }

    [Fact]
    [Trait("Checklist", "26")]
    public void What_describes_the_stored_bytes_is_kept()
    {
        var stored = Stored(200, "xyz", "Cache-Control: max-age=1", "Content-Encoding: gzip", "Content-Range: bytes 0-1/2", "ETag: \"a\"");
        var entry = Update(stored, "Content-Length: 0", "Content-Encoding: br", "Content-Range: bytes 3-4/9", "Transfer-Encoding: chunked", "Connection: x-hop", "X-Hop: 1");
        Assert.Equal(("gzip", "bytes 0-1/2", "-", "-", "-"), (Line(entry, "Content-Encoding"), Line(entry, "Content-Range"), Line(entry, "Content-Length"), Line(entry, "X-Hop"), Line(entry, "Connection")));
        Assert.Same(stored.Body, entry.Body);
        Assert.Equal("key"u8.ToArray(), entry.KeyText.ToArray());
    }

    [Fact]
    [Trait("Checklist", "26")]
    public void What_the_304_says_of_its_connection_does_not_touch_stored_fields() =>
        Assert.Equal("1", Line(Update(Stored(200, "x", "Cache-Control: max-age=1", "A: 1", "ETag: \"a\""), "Connection: close, A"), "A"));

    [Fact]
    [Trait("Checklist", "26")]
    public void Times_age_and_freshness_are_computed_anew()
    {
        var stored = Stored(200, "x", "Cache-Control: max-age=1", "ETag: \"a\"", "Age: 100", "Date: " + Date(Now - Hour));
        var later = Now + 10_000;
        var judged = StoredUpdate.ByNotModified(
            Request(), stored, Heads.Of("Cache-Control: max-age=60", "Age: 3", "Date: " + Date(later)), later - 500, later, SemanticRules.Default, out var entry);
        Assert.True(judged.Stored);
        Assert.Equal((later, later - 500, later, 3500, 60_000), (entry.ReceivedAt, entry.RequestedAt, entry.StoredAt, entry.InitialAge, entry.FreshFor));
        Assert.Equal("-", Line(entry, "Age"));
        Assert.Equal(ReuseKind.Hit, Reuse.Decide(entry, CacheControl.Empty, later).Kind);
    }

    [Fact]
    [Trait("Checklist", "26")]
    public void A_304_without_Date_came_now()
    {
        var entry = Update(Stored(200, "x", "Cache-Control: max-age=60", "ETag: \"a\"", "Date: " + Date(Now - Hour)), "ETag: \"a\"");
        Assert.Equal((0, Date()), (entry.InitialAge, Line(entry, "Date")));
    }

    [Theory]
    [Trait("Checklist", "26")]
    [InlineData("no-store", StorageReason.NoStore)]
    [InlineData("private", StorageReason.Private)]
    [InlineData("max-age=60", StorageReason.Stored)]
    public void A_304_may_forbid_to_go_on_storing(string control, object reason)
    {
        var stored = Stored(200, "x", "Cache-Control: max-age=1", "ETag: \"a\"");
        Assert.Equal(reason, StoredUpdate.ByNotModified(
            Request(), stored, Heads.Of("Cache-Control: " + control), Now, Now, SemanticRules.Default, out var entry).Reason);
        Assert.Equal(control, Line(entry, "Cache-Control"));
    }

    [Fact]
    [Trait("Checklist", "26")]
    public void The_clients_own_condition_is_judged_by_the_updated_answer()
    {
        var entry = Update(Stored(200, "x", "Cache-Control: max-age=1", "Last-Modified: " + Date(Now - Hour)), "ETag: \"new\"", "Last-Modified: " + Date(Now - Hour));
        Assert.True(Preconditions.NotModified(entry, Request(), "\"new\"", default, Now));
        Assert.False(Preconditions.NotModified(entry, Request(), "\"old\"", default, Now));
    }

    [Theory]
    [Trait("Checklist", "26")]
    [InlineData("ETag: \"a\"", "ETag: \"a\"", true)]
    [InlineData("ETag: W/\"a\"", "ETag: \"a\"", true)]
    [InlineData("ETag: \"a\"", "X: y", true)]
    [InlineData("X: y", "ETag: \"a\"", true)]
    [InlineData("ETag: \"a\"", "ETag: \"b\"", false)]
    public void A_304_with_another_tag_is_about_something_else(string stored, string received, bool selects) =>
        Assert.Equal(selects, StoredUpdate.Selects(Stored(200, "x", stored), Heads.Of(received)));

    [Fact]
    [Trait("Checklist", "26")]
    [Trait("Checklist", "29")]
    public void A_stored_part_stays_a_part()
    {
        var stored = Stored(206, "abc", "Cache-Control: max-age=1", "ETag: \"a\"", "Content-Range: bytes 2-4/10");
        var judged = StoredUpdate.ByNotModified(Request(), stored, Heads.Of("Cache-Control: max-age=60"), Now, Now, SemanticRules.Default, out var entry);
        Assert.True(judged.Stored);
        Assert.Equal((206, stored.Range), (entry.Status, entry.Range));
    }

    [Theory]
    [Trait("Checklist", "36")]
    [InlineData(200, HeadEffect.Freshen, "ETag: \"a\"")]
    [InlineData(200, HeadEffect.Freshen, "ETag: \"a\"", "Content-Length: 3", "X: new")]
    [InlineData(200, HeadEffect.Freshen, "X: new")]
    [InlineData(200, HeadEffect.Freshen, "Last-Modified: Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData(200, HeadEffect.Evict, "ETag: \"b\"")]
    [InlineData(200, HeadEffect.Evict, "ETag: W/\"a\"")]
    [InlineData(200, HeadEffect.Evict, "Content-Length: 4")]
    [InlineData(200, HeadEffect.Evict, "Content-Length: x")]
    [InlineData(200, HeadEffect.Evict, "Content-Encoding: gzip")]
    [InlineData(200, HeadEffect.Evict, "Last-Modified: Sun, 06 Nov 1994 08:49:38 GMT")]
    [InlineData(200, HeadEffect.Evict, "Cache-Control: no-store")]
    [InlineData(404, HeadEffect.None, "ETag: \"b\"")]
    [InlineData(304, HeadEffect.None, "ETag: \"b\"")]
    public void A_200_to_HEAD_freshens_or_evicts(int status, object effect, params string[] lines)
    {
        var stored = Stored(200, "abc", "Cache-Control: max-age=1", "ETag: \"a\"", "Last-Modified: " + Date(), "X: old");
        Assert.Equal(effect, StoredUpdate.ByHead(Request("HEAD"), stored, status, Heads.Of(lines), Now, Now, SemanticRules.Default, out var entry));
        Assert.Equal(effect is HeadEffect.Freshen, entry is not null);
        if (entry is not null)
        {
            Assert.Equal(lines.Contains("X: new") ? "new" : "old", Line(entry, "X"));
            Assert.Same(stored.Body, entry.Body);
        }
    }

    [Fact]
    [Trait("Checklist", "36")]
    public void HEAD_says_nothing_of_a_stored_error() => Assert.Equal(
        HeadEffect.None,
        StoredUpdate.ByHead(Request("HEAD"), Stored(404, "x", "Cache-Control: max-age=1"), 200, Heads.Of("ETag: \"b\""), Now, Now, SemanticRules.Default, out _));

    private static CachedResponse Update(CachedResponse stored, params string[] lines)
    {
        StoredUpdate.ByNotModified(Request(), stored, Heads.Of(lines), Now, Now, SemanticRules.Default, out var entry);
        return entry;
    }
}
