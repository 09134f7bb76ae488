using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class PreconditionTests
{
    [Theory]
    [Trait("Checklist", "23")]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "W/\"a\"", true)]
    [InlineData("W/\"a\"", "\"a\"", true)]
    [InlineData("W/\"a\"", "W/\"a\"", true)]
    [InlineData("\"a\"", "\"b\"", false)]
    [InlineData("\"a\"", "\"b\", \"a\"", true)]
    [InlineData("\"a\"", "\"b\",W/\"a\" , \"c\"", true)]
    [InlineData("\"a\"", ",, \"a\"", true)]
    [InlineData("\"a\"", "\"b, \\\"a\\\"\"", false)]
    [InlineData("\"a,b\"", "\"x\", \"a,b\"", true)]
    [InlineData("\"a\\\"", "\"b\\\", \"a\\\"", true)]
    [InlineData("\"a\"", "*", true)]
    [InlineData("\"a\"", " * ", true)]
    [InlineData("\"a\"", "\"*\"", false)]
    [InlineData("\"a\"", "a", false)]
    [InlineData("a", "a", true)]
    [InlineData("\"a\"", "\"A\"", false)]
    [InlineData("\"a\"", "", false)]
    [InlineData("\"a\"", "\"a", false)]
    [InlineData("", "\"\"", false)]
    [InlineData("\"\"", "\"\"", true)]
    public void If_None_Match_is_a_list_and_compared_weakly(string tag, string asked, bool match)
    {
        Assert.Equal(match, EntityTag.ListMatches(asked, tag));
        if (tag.Length > 0)
        {
            Assert.Equal(match, NotModified(Stored(200, "x", "Cache-Control: max-age=60", "ETag: " + tag), asked, default));
        }
    }

    [Fact]
    [Trait("Checklist", "23")]
    public void If_None_Match_beats_If_Modified_Since()
    {
        var stored = Stored(200, "x", "Cache-Control: max-age=60", "ETag: \"a\"", "Last-Modified: " + Date(Now - Hour));
        Assert.False(NotModified(stored, "\"b\"", Date()));
        Assert.True(NotModified(stored, "\"a\"", Date(Now - (2 * Hour))));
        Assert.True(NotModified(stored, new StringValues(["\"b\"", "\"a\""]), default));
    }

    [Fact]
    [Trait("Checklist", "23")]
    public void Without_a_tag_only_a_star_matches()
    {
        var stored = Stored(200, "x", "Cache-Control: max-age=60");
        Assert.True(NotModified(stored, "*", default));
        Assert.False(NotModified(stored, "\"\"", default));
    }

    [Theory]
    [Trait("Checklist", "24")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", true)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", true)]
    [InlineData("Sun Nov  6 08:49:37 1994", true)]
    [InlineData("Sun, 06 Nov 1994 08:49:38 GMT", true)]
    [InlineData("Sun, 06 Nov 1994 08:49:36 GMT", false)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC", false)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void If_Modified_Since_is_taken_in_three_forms(string since, bool notModified) =>
        Assert.Equal(notModified, NotModified(Stored(200, "x", "Cache-Control: max-age=60", "Last-Modified: " + Date()), default, since));

    [Fact]
    [Trait("Checklist", "24")]
    public void Without_Last_Modified_Date_is_compared_and_without_that_the_time_of_receipt()
    {
        var dated = Stored(200, "x", "Cache-Control: max-age=60", "Date: " + Date(Now - 5000));
        Assert.True(NotModified(dated, default, Date(Now - 5000)));
        Assert.False(NotModified(dated, default, Date(Now - 6000)));
        Assert.False(NotModified(Stored(200, "x", "Cache-Control: max-age=60"), default, Date(Now - 1000)));
        Assert.True(NotModified(Stored(200, "x", "Cache-Control: max-age=60"), default, Date()));
    }

    [Fact]
    [Trait("Checklist", "23")]
    public void Conditions_count_for_GET_and_HEAD_of_a_success_only()
    {
        Assert.False(NotModified(Stored(404, "x", "Cache-Control: max-age=60", "ETag: \"a\""), "\"a\"", default));
        var stored = Stored(200, "x", "Cache-Control: max-age=60", "ETag: \"a\"");
        Assert.True(Preconditions.NotModified(stored, Request("HEAD"), "\"a\"", default, Now));
        Assert.False(Preconditions.NotModified(stored, Request("POST"), "\"a\"", default, Now));
        Assert.False(NotModified(stored, default, default));
        Assert.False(NotModified(stored, default, new StringValues([Date(), Date()])));
    }

    [Fact]
    [Trait("Checklist", "23")]
    public void A_304_carries_these_fields()
    {
        string[] carried = ["ETag", "date", "Cache-Control", "Vary", "Expires", "Content-Location", "CDN-Cache-Control"];
        Assert.All(carried, name => Assert.True(Preconditions.Carried(name, tagged: true, SemanticRules.Default.TargetedFields)));
        Assert.All(
            ["Content-Type", "Content-Length", "Content-Encoding", "Set-Cookie", "Last-Modified"],
            name => Assert.False(Preconditions.Carried(name, tagged: true, SemanticRules.Default.TargetedFields)));
        Assert.True(Preconditions.Carried("Last-Modified", tagged: false, []));
        Assert.False(Preconditions.Carried("CDN-Cache-Control", tagged: true, []));
    }

    [Fact]
    [Trait("Checklist", "25")]
    public void Our_own_validators_are_sent_as_they_were_received()
    {
        Assert.Equal(
            ("W/\"a\"", "sunday, 06-nov-94 08:49:37 gmt"),
            Preconditions.Validators(Stored(200, "x", "ETag: W/\"a\"", "Last-Modified: sunday, 06-nov-94 08:49:37 gmt")));
        Assert.Equal((null, null), Preconditions.Validators(Stored(200, "x", "Last-Modified: 0", "ETag: ")));
        Assert.Equal((null, null), Preconditions.Validators(Stored(200, "x", "ETag: \"a\"", "ETag: \"b\"")));
    }

    [Fact]
    [Trait("Checklist", "27")]
    public void A_304_is_not_stored() => Assert.Equal(StorageReason.OfOneRequest, Judge(304, "Cache-Control: max-age=60", "ETag: \"a\"").Reason);

    private static bool NotModified(Weir.Policies.Caching.Entries.CachedResponse stored, StringValues ifNoneMatch, StringValues ifModifiedSince) =>
        Preconditions.NotModified(stored, Request(), ifNoneMatch, ifModifiedSince, Now);
}
