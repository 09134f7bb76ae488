using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class CacheControlTests
{
    [Theory]
    [Trait("Checklist", "3")]
    [Trait("Checklist", "12")]
    [InlineData("max-age=3600", 3600)]
    [InlineData("MAX-Age=3600", 3600)]
    [InlineData("max-age=\"3600\"", 3600)]
    [InlineData("max-age=\"36\\00\"", 3600)]
    [InlineData("max-age=003600", 3600)]
    [InlineData("public,max-age=3600", 3600)]
    [InlineData(",, max-age=3600 ,\t", 3600)]
    [InlineData("max-age=1800, max-age=1", 1800)]
    [InlineData("max-age=1, max-age=1800", 1)]
    [InlineData("max-age=x, max-age=1800", 0)]
    [InlineData("max-age=99999999999999999999", 2147483648)]
    [InlineData("max-age", 0)]
    [InlineData("max-age=", 0)]
    [InlineData("max-age=-1", 0)]
    [InlineData("max-age=a3600", 0)]
    [InlineData("max-age=3600a", 0)]
    [InlineData("max-age=3600.0", 0)]
    [InlineData("max-age='3600'", 0)]
    [InlineData("max-age=\"\"", 0)]
    [InlineData("max-age=36 00", 0)]
    [InlineData("max-age=3600;x", 0)]
    [InlineData("max-age=\"3600", 0)]
    [InlineData("max-age =3600", -1)]
    [InlineData("max-age= 3600", -1)]
    [InlineData("max-age = 3600", -1)]
    [InlineData("max-age =3600, max-age=5", 5)]
    [InlineData("extension=\"max-age=3600\"", -1)]
    [InlineData("extension=\"a, max-age=3600, b\"", -1)]
    [InlineData("extension=\"a\\\", max-age=3600\"", -1)]
    [InlineData("extension=\"max-age=3600\", max-age=1", 1)]
    [InlineData("max-age=1, extension=\"max-age=3600\"", 1)]
    [InlineData("x-max-age=3600", -1)]
    [InlineData("max-age-x=3600", -1)]
    [InlineData("", -1)]
    [InlineData(" , ,", -1)]
    public void Max_age_is_read_by_one_tokenizer(string text, long seconds) => Assert.Equal(seconds, CacheControl.Parse(text).MaxAge);

    [Theory]
    [Trait("Checklist", "12")]
    [InlineData("no-store", CacheDirectives.NoStore)]
    [InlineData("No-Store", CacheDirectives.NoStore)]
    [InlineData("no-cache", CacheDirectives.NoCache)]
    [InlineData("no-cache=\"a\"", CacheDirectives.None)]
    [InlineData("no-cache=\"\"", CacheDirectives.NoCache)]
    [InlineData("no-cache=\"a b\"", CacheDirectives.NoCache)]
    [InlineData("no-cache=\"a\", no-cache", CacheDirectives.NoCache)]
    [InlineData("private", CacheDirectives.Private)]
    [InlineData("private =\"a\"", CacheDirectives.Private)]
    [InlineData("public, must-revalidate, proxy-revalidate", CacheDirectives.Public | CacheDirectives.MustRevalidate | CacheDirectives.ProxyRevalidate)]
    [InlineData("must-understand, no-transform, immutable, only-if-cached",
        CacheDirectives.MustUnderstand | CacheDirectives.NoTransform | CacheDirectives.Immutable | CacheDirectives.OnlyIfCached)]
    [InlineData("extension=\"no-store, private\"", CacheDirectives.None)]
    public void Directives_without_a_value_are_found(string text, object expected) => Assert.Equal(expected, CacheControl.Parse(text).Directives);

    [Theory]
    [Trait("Checklist", "12")]
    [InlineData("no-store=1", CacheDirectives.NoStore)]
    [InlineData("no-store foo", CacheDirectives.NoStore)]
    [InlineData("no-store = x", CacheDirectives.NoStore)]
    [InlineData("must-revalidate=\"x\"", CacheDirectives.MustRevalidate)]
    [InlineData("public=1", CacheDirectives.None)]
    [InlineData("public foo", CacheDirectives.None)]
    [InlineData("must-understand=1", CacheDirectives.None)]
    [InlineData("x=\"never ends, no-store, public, max-age=3600", CacheDirectives.NoStore)]
    [InlineData("(, no-store, public", CacheDirectives.NoStore | CacheDirectives.Public)]
    public void In_a_malformed_text_what_restricts_counts_and_what_allows_does_not(string text, object expected) =>
        Assert.Equal(expected, CacheControl.Parse(text).Directives);

    [Fact]
    [Trait("Checklist", "12")]
    public void A_quoted_string_without_an_end_leaks_no_freshness()
    {
        Assert.Equal(0, CacheControl.Parse("x=\"never ends, max-age=3600, s-maxage=3600").MaxAge);
        Assert.Equal(-1, CacheControl.Parse("x=\"never ends, max-age=3600, s-maxage=3600").SharedMaxAge);
    }

    [Fact]
    [Trait("Checklist", "12")]
    public void Lines_are_joined_before_they_are_read()
    {
        var fields = Heads.Of("Cache-Control: max-age=1800", "X: y", "cache-control: max-age=1, no-store");
        var control = TargetedCacheControl.Choose(fields, []).Control;
        Assert.Equal(1800, control.MaxAge);
        Assert.True(control.Has(CacheDirectives.NoStore));
    }

    [Fact]
    [Trait("Checklist", "15")]
    public void Fields_of_no_cache_and_private_are_listed_in_lower_case()
    {
        var control = CacheControl.Parse("no-cache=\"A, b\", private=c, no-cache=\" d ,\"");
        Assert.Equal(["a", "b", "d"], control.NoCacheFields);
        Assert.Equal(["c"], control.PrivateFields);
        Assert.Equal(CacheDirectives.None, control.Directives);
    }

    [Fact]
    public void Spans_of_requests_and_stale_windows_are_read()
    {
        var control = CacheControl.Parse("s-maxage=5, stale-while-revalidate=6, stale-if-error=7, min-fresh=8, max-stale=9");
        Assert.Equal((5, 6, 7, 8, 9), (control.SharedMaxAge, control.StaleWhileRevalidate, control.StaleIfError, control.MinFresh, control.MaxStale));
        Assert.Equal(DeltaSeconds.Max, CacheControl.Parse("max-stale").MaxStale);
        Assert.Equal(0, CacheControl.Parse("max-stale=x").MaxStale);
        Assert.Equal(-1, CacheControl.Parse("min-fresh=x").MinFresh);
        Assert.Equal(0, CacheControl.Parse("stale-while-revalidate=x, stale-while-revalidate=60").StaleWhileRevalidate);
    }

    [Fact]
    [Trait("Checklist", "12")]
    public void Whatever_is_written_down_properly_is_read_as_it_was_meant()
    {
        // The model: a list of names and values, the first of a name counts.
        var names = Gen.Elements("max-age", "s-maxage", "stale-if-error", "min-fresh", "no-store", "public", "foo", "x-max-age");
        var values = Gen.Elements<string?>(null, "0", "7", "0012", "4000000000", "x", "-3", "1.5");
        var written =
            from name in names
            from value in values
            from quoted in Gen.Elements(true, false)
            from upper in Gen.Elements(true, false)
            from around in Gen.Elements("", " ", "\t ")
            from noise in Gen.Elements("", "ext=\"max-age=99, no-store\",", ",", "k=\"\\\"\",")
            select (name, value, text: noise + around + (upper ? name.ToUpperInvariant() : name) + (value is null ? "" : quoted ? $"=\"{value}\"" : "=" + value) + around);
        Prop.ForAll(written.ListOf().ToArbitrary(), list =>
        {
            var control = CacheControl.Parse(string.Join(',', list.Select(d => d.text)));
            long First(string name) => list.Where(d => d.name == name).Select(d => long.TryParse(d.value, out var n) && n >= 0 ? Math.Min(n, 1L << 31) : 0).DefaultIfEmpty(-1).First();
            Assert.Equal(First("max-age"), control.MaxAge);
            Assert.Equal(First("s-maxage"), control.SharedMaxAge);
            Assert.Equal(First("stale-if-error"), control.StaleIfError);
            Assert.Equal(list.Any(d => d.name == "no-store"), control.Has(CacheDirectives.NoStore));
            Assert.Equal(list.Any(d => d.name == "public" && d.value is null), control.Has(CacheDirectives.Public));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }
}
