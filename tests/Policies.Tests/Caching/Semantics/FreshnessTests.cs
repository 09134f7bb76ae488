using System.Collections.Frozen;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class FreshnessTests
{
    [Fact]
    [Trait("Checklist", "1")]
    public void The_targeted_field_goes_before_s_maxage_before_max_age_before_Expires_before_an_estimate()
    {
        string[] lines = ["Last-Modified: " + Date(Now - (100 * Hour)), "Expires: " + Date(Now + 4000), "Cache-Control: max-age=3", "Cache-Control: s-maxage=2", "CDN-Cache-Control: max-age=1"];
        long[] expected = [10 * Hour, 4000, 3000, 2000, 1000];
        for (var count = 1; count <= lines.Length; count++)
        {
            Assert.Equal(expected[count - 1], Of([.. lines[..count], "Date: " + Date()]).FreshFor);
        }
    }

    [Theory]
    [Trait("Checklist", "1")]
    [InlineData("Cache-Control: max-age=0", "future", 0)]
    [InlineData("Cache-Control: max-age=3600", "0", 3600)]
    [InlineData("Cache-Control: max-age=3600", "past", 3600)]
    [InlineData("Cache-Control: max-age=x", "future", 0)]
    [InlineData("Cache-Control: s-maxage=0, max-age=3600", "future", 0)]
    [InlineData("Cache-Control: public", "future", 7200)]
    [InlineData("CDN-Cache-Control: foo", "future", 0)]
    public void Cache_Control_beats_Expires(string control, string expires, long seconds)
    {
        var text = expires switch { "future" => Date(Now + 7_200_000), "past" => Date(Now - 7_200_000), _ => expires };
        Assert.Equal(seconds * 1000, Of(control, "Expires: " + text, "Date: " + Date()).FreshFor);
    }

    [Fact]
    [Trait("Checklist", "2")]
    public void Expires_is_measured_by_the_origins_own_clock()
    {
        Assert.Equal(Hour, Of("Date: " + Date(Now - (24 * Hour)), "Expires: " + Date(Now - (23 * Hour))).FreshFor);
        Assert.Equal(Hour, Of("Date: " + Date(Now + (24 * Hour)), "Expires: " + Date(Now + (25 * Hour))).FreshFor);
    }

    [Theory]
    [Trait("Checklist", "2")]
    [InlineData("Date: 0")]
    [InlineData("Date: Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("X: y")]
    public void Without_a_valid_Date_the_time_of_receipt_counts(string date)
    {
        var freshness = Of(date, "Expires: " + Date(Now + 5000));
        Assert.Equal((5000, 0), (freshness.FreshFor, freshness.InitialAge));
    }

    [Theory]
    [Trait("Checklist", "2")]
    [Trait("Checklist", "13")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("Sun, 06 Nov 2044 08:49:37 UTC")]
    [InlineData("Sun, 06-Nov-2044 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:36 GMT")]
    public void An_Expires_that_is_past_or_no_date_is_stale_and_stops_the_estimate(string expires)
    {
        var freshness = Of("Expires: " + expires, "Date: " + Date(), "Last-Modified: " + Date(Now - (100 * Hour)));
        Assert.Equal((0, FreshnessSource.Expires), (freshness.FreshFor, freshness.Source));
    }

    [Fact]
    [Trait("Checklist", "13")]
    public void Several_Expires_lines_are_stale() =>
        Assert.Equal(0, Of("Expires: " + Date(Now + Hour), "Expires: " + Date(Now + Hour), "Date: " + Date()).FreshFor);

    [Fact]
    [Trait("Checklist", "4")]
    public void Without_freshness_there_is_no_default()
    {
        var freshness = Of("Date: " + Date());
        Assert.Equal((0, 0, FreshnessSource.None), (freshness.FreshFor, freshness.StaleIfError, freshness.Source));
    }

    [Theory]
    [Trait("Checklist", "5")]
    [InlineData(0, 0, 0, 0)]
    [InlineData(10, 0, 0, 10_000)]
    [InlineData(0, 10, 0, 10_000)]
    [InlineData(0, 10, 500, 10_500)]
    [InlineData(20, 10, 500, 20_000)]
    [InlineData(-100, 0, 300, 300)]
    public void The_age_is_the_greater_of_what_Date_says_and_of_Age_with_the_delay(int datedAgo, int age, int delay, long expected) =>
        Assert.Equal(expected, Freshness.Of(
            200, Of2("Date: " + Date(Now - (datedAgo * 1000L)), "Age: " + age), default(ResponseControl) with { Control = CacheControl.Empty }, Now - delay, Now, SemanticRules.Default).InitialAge);

    [Fact]
    [Trait("Checklist", "5")]
    public void A_Date_of_the_current_second_is_no_age()
    {
        var fields = Of2("Date: " + Date(), "Cache-Control: max-age=1");
        Assert.Equal(0, Freshness.Of(200, fields, TargetedCacheControl.Choose(fields, []), Now + 990, Now + 990, SemanticRules.Default).InitialAge);
        Assert.Equal(1000, Freshness.Of(200, fields, TargetedCacheControl.Choose(fields, []), Now + 1010, Now + 1010, SemanticRules.Default).InitialAge);
    }

    [Fact]
    [Trait("Checklist", "5")]
    public void Time_in_the_store_is_added_in_milliseconds_and_a_clock_that_goes_back_takes_nothing()
    {
        var stored = Stored(200, "x", "Cache-Control: max-age=60", "Age: 7", "Date: " + Date());
        Assert.Equal(7001, stored.AgeAt(Now + 1));
        Assert.Equal(7000, stored.AgeAt(Now - Hour));
    }

    [Fact]
    [Trait("Checklist", "8")]
    public void A_tenth_of_the_time_since_the_last_change_is_the_estimate_for_listed_statuses_only()
    {
        int[] listed = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];
        for (var status = 200; status <= 999; status++)
        {
            var freshness = OfStatus(status, null, "Date: " + Date(), "Last-Modified: " + Date(Now - (10 * Hour)));
            Assert.Equal(listed.Contains(status) ? Hour : 0, freshness.FreshFor);
        }
    }

    [Theory]
    [Trait("Checklist", "8")]
    [InlineData(10, 1)]
    [InlineData(240, 24)]
    [InlineData(10_000, 24)]
    [InlineData(-10, 0)]
    public void The_estimate_is_a_day_at_most(int hoursAgo, int hours) =>
        Assert.Equal(hours * Hour, Of("Date: " + Date(), "Last-Modified: " + Date(Now - (hoursAgo * Hour))).FreshFor);

    [Fact]
    [Trait("Checklist", "8")]
    public void An_operator_may_switch_the_estimate_off() =>
        Assert.Equal(0, OfStatus(200, new() { HeuristicPercent = 0 }, "Date: " + Date(), "Last-Modified: " + Date(Now - (10 * Hour))).FreshFor);

    [Theory]
    [Trait("Checklist", "9")]
    [InlineData(201)]
    [InlineData(403)]
    [InlineData(503)]
    [InlineData(599)]
    public void Public_allows_the_estimate_for_any_status(int status) =>
        Assert.Equal(Hour, OfStatus(status, null, "Cache-Control: public", "Date: " + Date(), "Last-Modified: " + Date(Now - (10 * Hour))).FreshFor);

    [Fact]
    public void The_operators_freshness_by_status_fills_a_gap_and_wins_only_where_that_is_said()
    {
        var rules = new SemanticRules { StatusFreshness = new Dictionary<int, long> { [200] = 5000 }.ToFrozenDictionary() };
        Assert.Equal(5000, OfStatus(200, rules, "Date: " + Date()).FreshFor);
        Assert.Equal(0, OfStatus(404, rules, "Date: " + Date()).FreshFor);
        Assert.Equal(1000, OfStatus(200, rules, "Cache-Control: max-age=1").FreshFor);
        Assert.Equal(5000, OfStatus(200, rules with { StatusFreshnessWins = true }, "Cache-Control: max-age=1").FreshFor);
        Assert.Equal(0, OfStatus(200, rules with { StatusFreshnessWins = true }, "Cache-Control: no-cache").FreshFor);
    }

    [Theory]
    [Trait("Checklist", "32")]
    [Trait("Checklist", "33")]
    [InlineData("max-age=1", 0, 3600)]
    [InlineData("max-age=1, must-revalidate", 0, 0)]
    [InlineData("max-age=1, proxy-revalidate", 0, 0)]
    [InlineData("max-age=1, s-maxage=1", 0, 0)]
    [InlineData("max-age=1, no-cache", 0, 0)]
    [InlineData("max-age=1, stale-if-error=9", 0, 9)]
    [InlineData("max-age=1, stale-if-error=0", 0, 0)]
    [InlineData("s-maxage=1, stale-if-error=9", 0, 9)]
    [InlineData("s-maxage=1, stale-while-revalidate=8", 8, 0)]
    [InlineData("max-age=1, stale-while-revalidate=8", 8, 3600)]
    [InlineData("max-age=1, must-revalidate, stale-while-revalidate=8, stale-if-error=9", 0, 0)]
    public void Stale_windows_are_explicit_or_the_default_where_nothing_forbids_it(string control, long refresh, long error)
    {
        var freshness = Of("Cache-Control: " + control);
        Assert.Equal((refresh * 1000, error * 1000), (freshness.StaleWhileRevalidate, freshness.StaleIfError));
    }

    [Fact]
    [Trait("Checklist", "5")]
    public void No_answer_has_a_negative_span() =>
        Prop.ForAll(
            Gen.Choose(-100_000, 100_000).Four().ToArbitrary(),
            t =>
            {
                var (date, expires, modified, delay) = t;
                var fields = Of2("Date: " + Date(Now + (date * 1000L)), "Expires: " + Date(Now + (expires * 1000L)), "Last-Modified: " + Date(Now + (modified * 1000L)));
                var freshness = Freshness.Of(200, fields, TargetedCacheControl.Choose(fields, []), Now - delay, Now, SemanticRules.Default);
                Assert.True(freshness is { InitialAge: >= 0, FreshFor: >= 0, StaleIfError: >= 0, StaleWhileRevalidate: >= 0 });
                Assert.Equal(Math.Max(0, (expires - date) * 1000L), freshness.FreshFor);
            }).QuickCheckThrowOnFailure();

    private static Freshness Of(params string[] lines) => OfStatus(200, null, lines);

    private static Weir.Policies.Caching.Entries.FieldLine[] Of2(params string[] lines) => Heads.Of(lines);

    private static Freshness OfStatus(int status, SemanticRules? rules, params string[] lines) => Judge(Request(), status, rules, lines).Freshness;
}
