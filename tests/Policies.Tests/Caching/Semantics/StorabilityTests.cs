using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class StorabilityTests
{
    [Fact]
    [Trait("Checklist", "10")]
    public void With_explicit_freshness_any_final_status_is_stored_but_those_about_one_request()
    {
        for (var status = 200; status <= 999; status++)
        {
            var expected = status switch
            {
                304 or 412 or 416 => StorageReason.OfOneRequest,
                206 => StorageReason.Range,
                _ => StorageReason.Stored,
            };
            Assert.Equal(expected, Judge(status, "Cache-Control: max-age=60").Reason);
        }
    }

    [Theory]
    [Trait("Checklist", "37")]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(199)]
    [InlineData(1000)]
    public void What_is_not_final_is_never_stored(int status) => Assert.Equal(StorageReason.Interim, Judge(status, "Cache-Control: max-age=60").Reason);

    [Theory]
    [Trait("Checklist", "11")]
    [InlineData(200, "max-age=60, must-understand", StorageReason.Stored)]
    [InlineData(200, "max-age=60, must-understand, no-store", StorageReason.Stored)]
    [InlineData(404, "max-age=60, no-store, must-understand", StorageReason.Stored)]
    [InlineData(599, "max-age=60, must-understand", StorageReason.NotUnderstood)]
    [InlineData(599, "max-age=60, must-understand, no-store", StorageReason.NotUnderstood)]
    [InlineData(299, "max-age=60, must-understand", StorageReason.NotUnderstood)]
    [InlineData(200, "max-age=60, must-understand, no-store, private", StorageReason.Private)]
    [InlineData(200, "max-age=60, no-store", StorageReason.NoStore)]
    public void Must_understand_lifts_no_store_for_a_known_status_and_forbids_an_unknown_one(int status, string control, object reason) =>
        Assert.Equal(reason, Judge(status, "Cache-Control: " + control).Reason);

    [Theory]
    [Trait("Checklist", "14")]
    [InlineData("private, max-age=60", StorageReason.Private)]
    [InlineData("no-store, max-age=60", StorageReason.NoStore)]
    [InlineData("no-cache", StorageReason.NoFreshness)]
    [InlineData("no-cache, max-age=60", StorageReason.NoFreshness)]
    [InlineData("foo", StorageReason.NoFreshness)]
    [InlineData("max-age=0", StorageReason.NoFreshness)]
    public void Without_a_validator(string control, object reason) => Assert.Equal(reason, Judge(200, "Cache-Control: " + control).Reason);

    [Theory]
    [Trait("Checklist", "4")]
    [Trait("Checklist", "14")]
    [InlineData("private", StorageReason.Private)]
    [InlineData("no-store", StorageReason.NoStore)]
    [InlineData("no-cache", StorageReason.Stored)]
    [InlineData("no-cache, max-age=60", StorageReason.Stored)]
    [InlineData("foo", StorageReason.Stored)]
    [InlineData("max-age=0", StorageReason.Stored)]
    public void With_a_validator(string control, object reason)
    {
        Assert.Equal(reason, Judge(200, "Cache-Control: " + control, "ETag: \"a\"").Reason);
        Assert.Equal(reason, Judge(200, "Cache-Control: " + control, "Last-Modified: " + Date(Now + Hour)).Reason);
    }

    [Fact]
    [Trait("Checklist", "4")]
    public void No_freshness_and_no_validator_is_not_stored()
    {
        Assert.Equal(StorageReason.NoFreshness, Judge(200, "Date: " + Date()).Reason);
        Assert.Equal(StorageReason.NoFreshness, Judge(200, "Last-Modified: 0").Reason);
        Assert.Equal(StorageReason.NoFreshness, Judge(200, "Cache-Control: max-age=5", "Age: 5").Reason);
        Assert.Equal(StorageReason.Stored, Judge(200, "Cache-Control: max-age=0, stale-while-revalidate=5").Reason);
        Assert.Equal(StorageReason.Stored, Judge(200, "Cache-Control: max-age=0, stale-if-error=5").Reason);
    }

    [Theory]
    [Trait("Checklist", "38")]
    [InlineData("max-age=60", StorageReason.Authorization)]
    [InlineData("max-age=60, public", StorageReason.Stored)]
    [InlineData("max-age=60, must-revalidate", StorageReason.Stored)]
    [InlineData("s-maxage=60", StorageReason.Stored)]
    [InlineData("max-age=60, proxy-revalidate", StorageReason.Authorization)]
    [InlineData("public, private", StorageReason.Private)]
    public void The_answer_to_a_request_with_Authorization_needs_leave(string control, object reason) =>
        Assert.Equal(reason, Judge(Request(authorized: true), 200, null, "Cache-Control: " + control).Reason);

    [Theory]
    [Trait("Checklist", "17")]
    [InlineData(false, StorageReason.Stored, "Cache-Control: max-age=60")]
    [InlineData(true, StorageReason.SetCookie, "Cache-Control: max-age=60")]
    [InlineData(true, StorageReason.Stored, "Cache-Control: max-age=60, private=\"set-cookie\"")]
    [InlineData(false, StorageReason.SetCookie, "Cache-Control: max-age=60, no-cache")]
    [InlineData(false, StorageReason.SetCookie, "Cache-Control: public")]
    [InlineData(false, StorageReason.SetCookie, "ETag: \"a\"")]
    public void Set_Cookie_is_handed_on_only_with_explicit_freshness_and_never_where_it_is_refused(bool refuse, object reason, string line) =>
        Assert.Equal(reason, Judge(
            Request(), 200, new() { RefuseSetCookie = refuse }, line, "Set-Cookie: a=b", "Date: " + Date(), "Last-Modified: " + Date(Now - (100 * Hour))).Reason);

    [Theory]
    [Trait("Checklist", "20")]
    [InlineData("*")]
    [InlineData("accept, *")]
    [InlineData("*, accept")]
    [InlineData("a b")]
    public void Vary_with_a_star_is_never_stored(string vary) => Assert.Equal(StorageReason.Vary, Judge(200, "Cache-Control: max-age=60", "Vary: a", "Vary: " + vary).Reason);

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    [InlineData("get")]
    [InlineData("POST")]
    public void The_answer_to_another_method_is_not_stored(string method) =>
        Assert.Equal(StorageReason.Method, Judge(Request(method), 200, null, "Cache-Control: max-age=60").Reason);

    [Theory]
    [Trait("Checklist", "31")]
    [InlineData(200, "max-age=60", "/a", StorageReason.Stored)]
    [InlineData(200, "max-age=60", "https://www.site.test/a", StorageReason.Stored)]
    [InlineData(200, "max-age=60", "https://WWW.site.test:443/a", StorageReason.Stored)]
    [InlineData(200, "max-age=60", "a", StorageReason.Stored)]
    [InlineData(200, "max-age=60", "/b", StorageReason.Method)]
    [InlineData(200, "max-age=60", "/a?b", StorageReason.Method)]
    [InlineData(200, "max-age=60", "https://other.test/a", StorageReason.Method)]
    [InlineData(201, "max-age=60", "/a", StorageReason.Method)]
    [InlineData(200, "public", "/a", StorageReason.Method)]
    [InlineData(200, "max-age=0", "/a", StorageReason.Method)]
    [InlineData(200, "private, max-age=60", "/a", StorageReason.Private)]
    public void An_answer_to_POST_that_names_its_own_URL_is_stored_as_that_of_GET(int status, string control, string location, object reason)
    {
        string[] lines = ["Cache-Control: " + control, "Content-Location: " + location, "Date: " + Date(), "Last-Modified: " + Date(Now - (100 * Hour))];
        Assert.Equal(reason, Judge(Request("POST"), status, null, lines).Reason);
        Assert.False(Judge(Request("POST"), status, new() { StorePost = false }, lines).Stored);
        Assert.False(Judge(Request("PUT"), status, null, lines).Stored);
    }

    [Fact]
    [Trait("Checklist", "34")]
    public void No_store_in_a_request_counts_where_requests_are_honoured() =>
        Assert.Equal(StorageReason.RequestNoStore, Judge(Request(control: "no-store"), 200, null, "Cache-Control: max-age=60").Reason);

    [Fact]
    [Trait("Checklist", "29")]
    public void A_206_is_stored_with_its_part_and_only_when_all_lengths_agree()
    {
        var ranged = Request(ranged: true);
        var judged = Judge(ranged, 206, null, "Cache-Control: max-age=60", "Content-Range: bytes 2-4/10", "Content-Length: 3");
        Assert.True(judged.Stored);
        Assert.Equal((2, 4, 10L), (judged.Range!.Value.First, judged.Range.Value.Last, judged.Range.Value.Complete));
        Assert.True(judged.Fits(3));
        Assert.False(judged.Fits(2));
        Assert.False(judged.Fits(4));
        Assert.Equal(StorageReason.Range, Judge(ranged, 206, null, "Cache-Control: max-age=60", "Content-Range: bytes 2-4/10", "Content-Length: 4").Reason);
        Assert.Equal(StorageReason.Range, Judge(ranged, 206, null, "Cache-Control: max-age=60", "Content-Type: multipart/byteranges; boundary=x").Reason);
        Assert.Equal(StorageReason.Range, Judge(Request(), 206, null, "Cache-Control: max-age=60", "Content-Range: bytes 2-4/10").Reason);
        Assert.Equal(
            StorageReason.Range, Judge(ranged, 206, null, "Cache-Control: max-age=60", "Content-Range: bytes 2-4/10", "Content-Range: bytes 2-4/10").Reason);
    }

    [Fact]
    [Trait("Checklist", "15")]
    [Trait("Checklist", "16")]
    public void Fields_of_the_connection_and_those_that_are_named_are_left_out()
    {
        var stored = Stored(
            200, "x", "Connection: close, X-Hop", "X-Hop: 1", "Keep-Alive: 5", "Proxy-Connection: a", "Transfer-Encoding: chunked", "TE: a", "Trailer: b", "Upgrade: c",
            "Proxy-Authenticate: d", "Proxy-Authentication-Info: e", "Proxy-Authorization: f", "Age: 1", "Content-Length: 1", "A: 1", "a: 2", "B: 3", "C: 4",
            "Cache-Control: max-age=60, no-cache=\"a\", private=\"b\"");
        Assert.Equal("C: 4 | Cache-Control: max-age=60, no-cache=\"a\", private=\"b\"", Fields(stored.Fields));
        Assert.False(stored.NoCache);
        Assert.Equal(60_000, stored.FreshFor);
    }

    [Fact]
    [Trait("Checklist", "17")]
    public void All_others_are_kept()
    {
        string[] lines =
        [
            "Cache-Control: max-age=60", "Set-Cookie: a=b", "Set-Cookie: c=d", "Content-Range: bytes 0-1/2", "Content-MD5: abc", "Clear-Site-Data: \"cache\"",
            "Content-Encoding: gzip", "X-Unknown: y", "Date: " + Date(), "Warning: 299 - x",
        ];
        Assert.Equal(string.Join(" | ", lines), Fields(Stored(200, "x", lines).Fields));
    }

    [Fact]
    public void An_entry_is_kept_while_it_can_be_of_use()
    {
        static double Seconds(params string[] lines) => Storability.KeepFor(Stored(200, "x", lines), Now + 1000, SemanticRules.Default).TotalSeconds;
        Assert.Equal(59 + 3600, Seconds("Cache-Control: max-age=60"));
        Assert.Equal(59, Seconds("Cache-Control: max-age=60, must-revalidate"));
        Assert.Equal(59 + 86_400, Seconds("Cache-Control: max-age=60, must-revalidate", "ETag: \"a\""));
        Assert.Equal(59 + 5, Seconds("Cache-Control: s-maxage=60, stale-while-revalidate=5"));
        Assert.Equal(0.001, Seconds("Cache-Control: max-age=0, must-revalidate"));
    }

    [Fact]
    public void Every_reason_has_a_word_of_its_own()
    {
        var words = Enum.GetValues<StorageReason>().Select(r => r.Word()).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.All(words, word => Assert.Matches("^[a-z]+(-[a-z]+)*$", word));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((StorageReason)99).Word());
    }
}
