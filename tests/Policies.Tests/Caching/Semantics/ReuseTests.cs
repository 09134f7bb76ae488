using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class ReuseTests
{
    [Theory]
    [InlineData("max-age=60", 0, ReuseKind.Hit)]
    [InlineData("max-age=60", 59_999, ReuseKind.Hit)]
    [InlineData("max-age=60", 60_000, ReuseKind.Validate)]
    [InlineData("max-age=60, no-cache", 0, ReuseKind.Validate)]
    [InlineData("no-cache", 0, ReuseKind.Validate)]
    [InlineData("max-age=60, no-cache=\"x\"", 0, ReuseKind.Hit)]
    [InlineData("max-age=0", 0, ReuseKind.Validate)]
    public void Fresh_is_served_and_no_cache_is_validated_each_time(string control, long later, object kind) =>
        Assert.Equal(kind, Decide(control, "", later).Kind);

    [Fact]
    [Trait("Checklist", "14")]
    public void Bare_no_cache_is_validated_on_each_use_and_never_stale()
    {
        Assert.Equal((ReuseKind.Validate, ReuseReason.NoCache), (Decide("no-cache, max-age=60", "", 0).Kind, Decide("no-cache, max-age=60", "", 0).Reason));
        Assert.False(MayReplace("no-cache, max-age=60, stale-if-error=60", OriginFault.Unreachable, 0));
    }

    [Theory]
    [Trait("Checklist", "33")]
    [InlineData("max-age=60, stale-while-revalidate=10", 60_000, ReuseKind.HitAndRefresh)]
    [InlineData("max-age=60, stale-while-revalidate=10", 69_999, ReuseKind.HitAndRefresh)]
    [InlineData("max-age=60, stale-while-revalidate=10", 70_000, ReuseKind.Validate)]
    [InlineData("s-maxage=60, stale-while-revalidate=10", 60_000, ReuseKind.HitAndRefresh)]
    [InlineData("max-age=60, must-revalidate, stale-while-revalidate=10", 60_000, ReuseKind.Validate)]
    public void Stale_while_revalidate_is_a_window_behind_freshness(string control, long later, object kind) =>
        Assert.Equal(kind, Decide(control, "", later).Kind);

    [Theory]
    [Trait("Checklist", "32")]
    [InlineData("max-age=60", 60_000, true)]
    [InlineData("max-age=60", 60_000 + Hour - 1, true)]
    [InlineData("max-age=60", 60_000 + Hour, false)]
    [InlineData("max-age=60, must-revalidate", 60_000, false)]
    [InlineData("max-age=60, proxy-revalidate", 60_000, false)]
    [InlineData("s-maxage=60", 60_000, false)]
    [InlineData("no-cache", 0, false)]
    [InlineData("max-age=60", 30_000, true)]
    [InlineData("max-age=60, must-revalidate", 30_000, true)]
    [InlineData("s-maxage=60, stale-while-revalidate=10", 65_000, true)]
    public void When_the_origin_cannot_be_reached_a_stale_answer_is_served_unless_it_is_forbidden(string control, long later, bool may) =>
        Assert.Equal(may, MayReplace(control, OriginFault.Unreachable, later));

    [Theory]
    [Trait("Checklist", "33")]
    [InlineData("max-age=60", 60_000, false)]
    [InlineData("max-age=60, stale-if-error=10", 60_000, true)]
    [InlineData("max-age=60, stale-if-error=10", 69_999, true)]
    [InlineData("max-age=60, stale-if-error=10", 70_000, false)]
    [InlineData("s-maxage=60, stale-if-error=10", 69_999, true)]
    [InlineData("max-age=60, stale-if-error=0", 60_000, false)]
    [InlineData("max-age=60, must-revalidate, stale-if-error=10", 60_000, false)]
    public void An_error_of_the_origins_own_is_replaced_only_with_stale_if_error(string control, long later, bool may)
    {
        Assert.Equal(may, MayReplace(control, OriginFault.ErrorStatus, later));
        Assert.True(may || control != "max-age=60, stale-if-error=0" || !MayReplace(control, OriginFault.Unreachable, later));
    }

    [Fact]
    [Trait("Checklist", "32")]
    public void An_operator_bounds_or_forbids_stale_answers_on_failure()
    {
        var rules = new SemanticRules { StaleOnFailure = 0 };
        var stored = Stored(rules, 200, "x", "Cache-Control: max-age=60");
        Assert.False(Reuse.MayReplace(stored, OriginFault.Unreachable, CacheControl.Empty, Now + 60_000, rules));
        Assert.Equal(Hour, SemanticRules.Default.StaleOnFailure);
    }

    [Theory]
    [Trait("Checklist", "34")]
    [InlineData("no-cache", 0, ReuseKind.Validate)]
    [InlineData("max-age=0", 0, ReuseKind.Validate)]
    [InlineData("max-age=10", 10_000, ReuseKind.Hit)]
    [InlineData("max-age=10", 10_001, ReuseKind.Validate)]
    [InlineData("min-fresh=10", 50_000, ReuseKind.Hit)]
    [InlineData("min-fresh=10", 50_001, ReuseKind.Validate)]
    [InlineData("max-stale=10", 70_000, ReuseKind.Hit)]
    [InlineData("max-stale=10", 70_001, ReuseKind.Validate)]
    [InlineData("max-stale", 100_000_000, ReuseKind.Hit)]
    [InlineData("only-if-cached", 0, ReuseKind.Hit)]
    [InlineData("only-if-cached", 60_000, ReuseKind.Unavailable)]
    [InlineData("only-if-cached, max-stale", 60_000, ReuseKind.Hit)]
    [InlineData("no-store", 0, ReuseKind.Hit)]
    public void Directives_of_a_request(string request, long later, object kind) => Assert.Equal(kind, Decide("max-age=60", request, later).Kind);

    [Fact]
    [Trait("Checklist", "34")]
    public void Max_stale_does_not_lift_must_revalidate() => Assert.Equal(ReuseKind.Validate, Decide("max-age=60, must-revalidate", "max-stale", 60_000).Kind);

    [Fact]
    [Trait("Checklist", "34")]
    public void Directives_of_a_request_count_behind_a_switch_only()
    {
        var honoured = new SemanticRules { HonourRequests = true };
        Assert.False(SemanticRules.Default.HonourRequests);
        Assert.Same(CacheControl.Empty, RequestFacts.Directives("no-cache", "no-cache", SemanticRules.Default));
        Assert.True(RequestFacts.Directives("no-cache", default, honoured).Has(CacheDirectives.NoCache));
        Assert.Equal(3, RequestFacts.Directives(new StringValues(["no-cache", "max-age=3"]), default, honoured).MaxAge);
    }

    [Fact]
    [Trait("Checklist", "34")]
    public void Pragma_counts_only_without_Cache_Control()
    {
        var honoured = new SemanticRules { HonourRequests = true };
        Assert.True(RequestFacts.Directives(default, "no-cache", honoured).Has(CacheDirectives.NoCache));
        Assert.False(RequestFacts.Directives("max-age=5", "no-cache", honoured).Has(CacheDirectives.NoCache));
        Assert.Same(CacheControl.Empty, RequestFacts.Directives(default, "foo", honoured));
        Assert.Equal(StorageReason.Stored, Judge(200, "Pragma: no-cache", "Cache-Control: max-age=60").Reason);
    }

    [Fact]
    public void A_soft_purge_ends_freshness_and_begins_the_windows()
    {
        var purged = SoftlyPurged(Stored(200, "x", "Cache-Control: max-age=60, stale-while-revalidate=10"), Now + 1000);
        Assert.Equal(ReuseKind.HitAndRefresh, Reuse.Decide(purged, CacheControl.Empty, Now + 1000).Kind);
        Assert.Equal(ReuseKind.Validate, Reuse.Decide(purged, CacheControl.Empty, Now + 11_000).Kind);
        Assert.Equal(-10_000, Reuse.TtlAt(purged, Now + 11_000));
        Assert.True(Reuse.MayReplace(purged, OriginFault.Unreachable, CacheControl.Empty, Now + 11_000, SemanticRules.Default));
    }

    [Fact]
    [Trait("Checklist", "7")]
    public void A_hit_says_its_age_and_what_is_left()
    {
        var reuse = Reuse.Decide(Stored(200, "x", "Cache-Control: max-age=60", "Age: 5"), CacheControl.Empty, Now + 10_000);
        Assert.Equal((15_000, 45_000), (reuse.Age, reuse.Ttl));
    }

    [Fact]
    [Trait("Checklist", "7")]
    public void Date_and_Expires_are_stored_as_they_came()
    {
        var stored = Stored(200, "x", "Date: " + Date(), "Expires: sunday, 06-nov-94 09:49:37 gmt");
        Assert.Equal($"Date: {Date()} | Expires: sunday, 06-nov-94 09:49:37 gmt", Fields(stored.Fields));
    }

    [Fact]
    [Trait("Checklist", "34")]
    public void A_request_that_insists_is_not_given_a_stale_answer_on_failure() =>
        Assert.False(Reuse.MayReplace(Stored(200, "x", "Cache-Control: max-age=60"), OriginFault.Unreachable, Asks("no-cache"), Now + 60_000, SemanticRules.Default));

    private static Reuse Decide(string control, string request, long later) =>
        Reuse.Decide(Stored(200, "x", "Cache-Control: " + control, "ETag: \"a\""), Asks(request), Now + later);

    private static bool MayReplace(string control, OriginFault fault, long later) =>
        Reuse.MayReplace(Stored(200, "x", "Cache-Control: " + control, "ETag: \"a\""), fault, CacheControl.Empty, Now + later, SemanticRules.Default);
}
