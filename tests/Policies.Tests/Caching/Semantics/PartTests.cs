using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class PartTests
{
    private const string Ten = "0123456789";

    [Theory]
    [Trait("Checklist", "28")]
    [InlineData("bytes=0-0", "Part bytes 0-0/10")]
    [InlineData("bytes=2-4", "Part bytes 2-4/10")]
    [InlineData("Bytes=2-4", "Part bytes 2-4/10")]
    [InlineData("bytes= 2-4 ", "Part bytes 2-4/10")]
    [InlineData("bytes=2-", "Part bytes 2-9/10")]
    [InlineData("bytes=2-99", "Part bytes 2-9/10")]
    [InlineData("bytes=-3", "Part bytes 7-9/10")]
    [InlineData("bytes=-99", "Part bytes 0-9/10")]
    [InlineData("bytes=0-999999999999999999", "Part bytes 0-9/10")]
    [InlineData("bytes=10-", "Unsatisfiable bytes */10")]
    [InlineData("bytes=10-11", "Unsatisfiable bytes */10")]
    [InlineData("bytes=-0", "Unsatisfiable bytes */10")]
    [InlineData("bytes=4-2", "Whole")]
    [InlineData("bytes=-", "Whole")]
    [InlineData("bytes=", "Whole")]
    [InlineData("bytes=a-b", "Whole")]
    [InlineData("bytes=1-2-3", "Whole")]
    [InlineData("bytes=1 - 2", "Whole")]
    [InlineData("bytes=+1-2", "Whole")]
    [InlineData("bytes=0-9999999999999999999999", "Whole")]
    [InlineData("bytes=0-1, 3-4", "Whole")]
    [InlineData("bytes=0-,0-,0-,0-,0-", "Whole")]
    [InlineData("lines=1-2", "Whole")]
    [InlineData("", "Whole")]
    public void A_part_of_a_stored_200(string range, string expected) => Assert.Equal(expected, Ask(Stored(200, Ten, "Cache-Control: max-age=60"), range));

    [Fact]
    [Trait("Checklist", "28")]
    public void A_part_is_where_it_says_and_as_long_as_it_says() =>
        Prop.ForAll(Gen.Choose(-1, 14).Three().ToArbitrary(), t =>
        {
            var body = Ten[..Math.Clamp(t.Item3, 0, 10)];
            var text = "bytes=" + (t.Item1 < 0 ? "" : t.Item1) + "-" + (t.Item2 < 0 ? "" : t.Item2);
            var part = Part.Of(Stored(200, body, "Cache-Control: max-age=60"), Request(), text, default, Now);

            // The model: a set of positions.
            var asked = Enumerable.Range(0, body.Length).Where(i => t.Item1 >= 0 ? i >= t.Item1 && (t.Item2 < 0 || i <= t.Item2) : i >= body.Length - t.Item2).ToList();
            var malformed = (t.Item1 < 0 && t.Item2 < 0) || (t.Item1 >= 0 && t.Item2 >= 0 && t.Item2 < t.Item1);
            Assert.Equal(malformed ? PartKind.Whole : asked.Count == 0 ? PartKind.Unsatisfiable : PartKind.Part, part.Kind);
            if (part.Kind == PartKind.Part)
            {
                Assert.Equal((asked[0], asked[^1], asked[0], asked.Count), (part.Range.First, part.Range.Last, part.Offset, part.Length));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    [Trait("Checklist", "28")]
    public void Ranges_count_for_a_GET_of_a_200_and_on_one_line_only()
    {
        Assert.Equal("Whole", Ask(Stored(404, Ten, "Cache-Control: max-age=60"), "bytes=0-1"));
        Assert.Equal(PartKind.Whole, Part.Of(Stored(200, Ten, "Cache-Control: max-age=60"), Request("HEAD"), "bytes=0-1", default, Now).Kind);
        Assert.Equal(PartKind.Whole, Part.Of(Stored(200, Ten, "Cache-Control: max-age=60"), Request(), new StringValues(["bytes=0-1", "bytes=0-1"]), default, Now).Kind);
    }

    [Theory]
    [Trait("Checklist", "28")]
    [InlineData("\"a\"", "ETag: \"a\"", true)]
    [InlineData("\"b\"", "ETag: \"a\"", false)]
    [InlineData("W/\"a\"", "ETag: W/\"a\"", false)]
    [InlineData("\"a\"", "ETag: W/\"a\"", false)]
    [InlineData("*", "ETag: \"a\"", false)]
    [InlineData("\"a\"", "X: y", false)]
    [InlineData("Sun, 06 Nov 1994 07:49:37 GMT", "Last-Modified: Sun, 06 Nov 1994 07:49:37 GMT", true)]
    [InlineData("Sunday, 06-Nov-94 07:49:37 GMT", "Last-Modified: Sun, 06 Nov 1994 07:49:37 GMT", true)]
    [InlineData("Sun, 06 Nov 1994 07:49:38 GMT", "Last-Modified: Sun, 06 Nov 1994 07:49:37 GMT", false)]
    [InlineData("Sun, 06 Nov 1994 07:49:36 GMT", "Last-Modified: Sun, 06 Nov 1994 07:49:37 GMT", false)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT", false)]
    public void If_Range_wants_a_strong_validator(string ifRange, string line, bool part) =>
        Assert.Equal(
            part ? PartKind.Part : PartKind.Whole,
            Part.Of(Stored(200, Ten, "Cache-Control: max-age=60", "Date: " + Date(), line), Request(), "bytes=0-1", ifRange, Now).Kind);

    [Theory]
    [Trait("Checklist", "29")]
    [InlineData("bytes 2-5/10", "bytes=2-5", "Part bytes 2-5/10 at 0")]
    [InlineData("bytes 2-5/10", "bytes=3-4", "Part bytes 3-4/10 at 1")]
    [InlineData("bytes 2-5/10", "bytes=1-3", "Elsewhere")]
    [InlineData("bytes 2-5/10", "bytes=4-6", "Elsewhere")]
    [InlineData("bytes 2-5/10", "bytes=3-", "Elsewhere")]
    [InlineData("bytes 6-9/10", "bytes=7-", "Part bytes 7-9/10 at 1")]
    [InlineData("bytes 6-9/10", "bytes=7-99", "Part bytes 7-9/10 at 1")]
    [InlineData("bytes 6-9/10", "bytes=-2", "Part bytes 8-9/10 at 2")]
    [InlineData("bytes 6-9/10", "bytes=-5", "Elsewhere")]
    [InlineData("bytes 6-9/10", "bytes=10-", "Unsatisfiable bytes */10")]
    [InlineData("bytes 6-9/*", "bytes=7-8", "Part bytes 7-8/* at 1")]
    [InlineData("bytes 6-9/*", "bytes=7-", "Elsewhere")]
    [InlineData("bytes 6-9/*", "bytes=-2", "Elsewhere")]
    [InlineData("bytes 6-9/*", "bytes=7-10", "Elsewhere")]
    [InlineData("bytes 6-9/10", "", "Elsewhere")]
    [InlineData("bytes 6-9/10", "bytes=7-8, 8-9", "Elsewhere")]
    [InlineData("bytes 0-3/4", "", "Whole")]
    public void A_stored_206_serves_what_lies_within_it(string held, string range, string expected)
    {
        var stored = Stored(206, "abcd", "Cache-Control: max-age=60", "Content-Range: " + held);
        Assert.NotNull(stored.Range);
        var part = Part.Of(stored, Request(), range.Length == 0 ? default : new StringValues(range), default, Now);
        Assert.Equal(expected, Show(part) + (part.Kind == PartKind.Part ? $" at {part.Offset}" : ""));
    }

    [Fact]
    [Trait("Checklist", "29")]
    public void A_stored_206_of_another_version_serves_nothing() =>
        Assert.Equal(PartKind.Elsewhere, Part.Of(
            Stored(206, "abcd", "Cache-Control: max-age=60", "ETag: \"a\"", "Content-Range: bytes 2-5/10"), Request(), "bytes=2-5", "\"b\"", Now).Kind);

    [Theory]
    [Trait("Checklist", "29")]
    [InlineData("\"a\"", "0-1/6", "\"a\"", "2-3/6", true)]
    [InlineData("\"a\"", "2-3/6", "\"a\"", "0-1/6", true)]
    [InlineData("\"a\"", "0-2/6", "\"a\"", "1-3/6", true)]
    [InlineData("\"a\"", "0-1/6", "\"a\"", "3-4/6", false)]
    [InlineData("\"a\"", "0-1/6", "\"a\"", "2-3/7", false)]
    [InlineData("\"a\"", "0-1/6", "\"b\"", "2-3/6", false)]
    [InlineData("W/\"a\"", "0-1/6", "W/\"a\"", "2-3/6", false)]
    public void Parts_are_combined_with_one_strong_validator_only(string tag, string range, string otherTag, string otherRange, bool may)
    {
        static CachedResponse Piece(string tag, string range) => Stored(206, "ab", "Cache-Control: max-age=60", "ETag: " + tag, "Content-Range: bytes " + range);
        Assert.Equal(may, Part.MayCombine(Piece(tag, range), Piece(otherTag, otherRange)));
    }

    [Fact]
    [Trait("Checklist", "29")]
    public void Only_stored_parts_are_combined() => Assert.False(Part.MayCombine(Stored(200, Ten, "ETag: \"a\""), Stored(200, Ten, "ETag: \"a\"")));

    [Theory]
    [Trait("Checklist", "29")]
    [InlineData("bytes 0-1/2", true)]
    [InlineData("Bytes 0-1/*", true)]
    [InlineData("bytes 1-0/2", false)]
    [InlineData("bytes 0-2/2", false)]
    [InlineData("bytes */2", false)]
    [InlineData("bytes 0-1", false)]
    [InlineData("bytes 0-1/", false)]
    [InlineData("bytes 0/1-2", false)]
    [InlineData("bytes  0-1/2", false)]
    [InlineData("bytes=0-1/2", false)]
    [InlineData("lines 0-1/2", false)]
    [InlineData("bytes 0-1/2, bytes 0-1/2", false)]
    [InlineData("bytes 0-99999999999999999999/*", false)]
    [InlineData("", false)]
    public void Content_Range_is_read_strictly(string text, bool valid)
    {
        Assert.Equal(valid, ContentRange.TryParse(text, out var range));
        if (valid)
        {
            Assert.Equal(text.ToLowerInvariant(), ContentRange.Format(range));
        }
    }

    private static string Ask(CachedResponse stored, string range) => Show(Part.Of(stored, Request(), range, default, Now));

    private static string Show(Part part) => part.Kind is PartKind.Part or PartKind.Unsatisfiable ? $"{part.Kind} {part.ContentRange}" : part.Kind.ToString();
}
