using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class VaryTests
{
    private static readonly SelectingValues Values = new(SemanticRules.Default);

    [Theory]
    [Trait("Checklist", "20")]
    [InlineData("*")]
    [InlineData("*, *")]
    [InlineData(", *")]
    [InlineData("accept,*")]
    [InlineData("* ,accept")]
    [InlineData("a b")]
    [InlineData("\"a\"")]
    [InlineData("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q")]
    public void A_star_anywhere_or_what_is_no_name_or_too_many_make_no_rule(string vary) => Assert.Null(Rule("Vary: " + vary));

    [Fact]
    [Trait("Checklist", "20")]
    public void A_star_on_another_line_makes_no_rule() => Assert.Null(Rule("Vary: accept", "Vary: *"));

    [Theory]
    [Trait("Checklist", "21")]
    [InlineData("X: y", "")]
    [InlineData("Vary: ", "")]
    [InlineData("Vary: Accept-Encoding", "accept-encoding")]
    [InlineData("Vary: foo, BAR ,, foo", "bar foo")]
    public void A_rule_is_sorted_lower_case_names(string line, string rule) => Assert.Equal(rule, Rule(line));

    [Fact]
    [Trait("Checklist", "21")]
    public void Variants_differ_by_the_listed_fields_only()
    {
        Assert.Equal(Key("foo", ("Foo", "1"), ("Bar", "2")), Key("foo", ("Bar", "3"), ("foo", "1")));
        Assert.NotEqual(Key("foo", ("Foo", "1")), Key("foo", ("Foo", "2")));
        Assert.NotEqual(Key("foo bar", ("Foo", "1"), ("Bar", "2")), Key("foo bar", ("Foo", "2"), ("Bar", "1")));
    }

    [Fact]
    [Trait("Checklist", "21")]
    public void Absent_equals_absent_and_not_empty()
    {
        Assert.Equal(Key("foo"), Key("foo", ("Bar", "1")));
        Assert.NotEqual(Key("foo"), Key("foo", ("Foo", "")));
    }

    [Theory]
    [Trait("Checklist", "22")]
    [InlineData("foo", "1, 2", "1,2", true)]
    [InlineData("foo", "1 ,\t2,", "1,2", true)]
    [InlineData("foo", "1,2", "2,1", false)]
    [InlineData("foo", "A", "a", false)]
    [InlineData("foo", "\"a, b\"", "\"a,b\"", false)]
    [InlineData("accept-language", "en, de", "DE ,en", true)]
    [InlineData("accept-language", "en; q=0.5, de", "de,en;q=0.5", true)]
    [InlineData("accept-language", "en, en", "EN", true)]
    [InlineData("accept-language", "en", "de", false)]
    [InlineData("accept-language", "en;q=0.5, de", "en, de;q=0.5", false)]
    [InlineData("accept-encoding", "gzip, br", "br;q=0.3, gzip;q=0.9", true)]
    [InlineData("accept-encoding", "gzip", "GZIP, deflate, sdch", true)]
    [InlineData("accept-encoding", "gzip", "x-gzip", true)]
    [InlineData("accept-encoding", "gzip", "br", false)]
    [InlineData("accept-encoding", "gzip;q=0", "", true)]
    [InlineData("accept-encoding", "gzip;q=0.000, br", "br", true)]
    [InlineData("accept-encoding", "*", "zstd, br, gzip", true)]
    [InlineData("accept-encoding", "*, br;q=0", "zstd, gzip", true)]
    [InlineData("accept-encoding", "identity", "", true)]
    [InlineData("accept-encoding", "gzip, identity;q=0", "gzip", false)]
    [InlineData("accept-encoding", "gzip, *;q=0", "gzip, identity;q=0", true)]
    [InlineData("accept-encoding", "identity, *;q=0", "identity", true)]
    public void What_means_the_same_is_the_same_variant(string rule, string one, string other, bool same) =>
        Assert.Equal(same, Key(rule, (rule, one)).SequenceEqual(Key(rule, (rule, other))));

    [Fact]
    [Trait("Checklist", "22")]
    public void Lines_are_joined()
    {
        Assert.Equal(Key("foo", ("Foo", "1"), ("foo", "2")), Key("foo", ("Foo", "1, 2")));
        Assert.Equal(Key("accept-language", ("Accept-Language", "de"), ("Accept-Language", "en")), Key("accept-language", ("accept-language", "en,de")));
    }

    [Fact]
    [Trait("Checklist", "22")]
    public void No_Accept_Encoding_is_the_plain_form() => Assert.Equal(Key("accept-encoding"), Key("accept-encoding", ("Accept-Encoding", "identity")));

    [Theory]
    [Trait("Checklist", "22")]
    [InlineData("gzip, deflate, br, zstd", "zstd, br, gzip")]
    [InlineData("deflate", "")]
    [InlineData("", "")]
    [InlineData("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip")]
    [InlineData("*;q=0", "identity;q=0")]
    public void What_goes_to_the_origin_is_what_the_key_says(string asked, string sent) => Assert.Equal(sent, Values.Codings.Normal(asked));

    [Theory]
    [InlineData("image/avif")]
    [InlineData("image/webp; a=b")]
    [InlineData("IMAGE/PNG")]
    public void An_image_that_varies_by_Accept_is_told_apart_by_its_formats(string type) =>
        Assert.Equal(VaryRule.ImageAccept, Rule("Vary: Accept", "Content-Type: " + type));

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/jxl")]
    [InlineData("")]
    public void Anything_else_that_varies_by_Accept_is_told_apart_by_the_whole_field(string type) => Assert.Equal("accept", Rule("Vary: Accept", "Content-Type: " + type));

    [Fact]
    public void Without_formats_an_image_is_like_anything_else()
    {
        Assert.True(VaryRule.TryParse(Heads.Of("Vary: accept", "Content-Type: image/avif"), new() { ImageFormats = [] }, out var names));
        Assert.Equal(["accept"], names);
    }

    [Theory]
    [InlineData("image/avif,image/webp,image/apng,*/*;q=0.8", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", true)]
    [InlineData("image/webp,*/*", "*/*, image/webp", true)]
    [InlineData("*/*", "image/*", true)]
    [InlineData("*/*", "image/avif,*/*", false)]
    [InlineData("image/avif;q=0, */*", "*/*", true)]
    [InlineData("text/html, image/webp, */*", "image/webp, */*", false)]
    [InlineData("application/json", "*/*", false)]
    [InlineData("application/json", "text/html", false)]
    public void Image_formats_are_what_counts_of_Accept(string one, string other, bool same) =>
        Assert.Equal(same, Key(VaryRule.ImageAccept, ("Accept", one)).SequenceEqual(Key(VaryRule.ImageAccept, ("Accept", other))));

    [Fact]
    public void A_key_that_does_not_fit_is_refused_and_one_that_does_has_its_generation()
    {
        Assert.False(VariantKey.TryWrite("u"u8, 1, ["foo"], new AskedFields(("foo", new string('x', 100))), Values, new byte[50], out var written));
        Assert.Equal(0, written);
        Assert.NotEqual(Key("foo"), Key("foo", generation: 2));
    }

    [Fact]
    public void A_short_buffer_of_any_length_is_never_overrun()
    {
        var whole = Key("accept-encoding accept-language foo", ("foo", "a, b"), ("accept-encoding", "gzip"), ("accept-language", "de"));
        for (var size = 0; size <= whole.Length + 1; size++)
        {
            var fits = VariantKey.TryWrite(
                "url"u8, 1, ["accept-encoding", "accept-language", "foo"],
                new AskedFields(("foo", "a, b"), ("accept-encoding", "gzip"), ("accept-language", "de")), Values, new byte[size], out var written);
            Assert.Equal((size >= whole.Length, fits ? whole.Length : 0), (fits, written));
        }
    }

    [Fact]
    [Trait("Checklist", "21")]
    public void No_two_heads_with_different_values_share_a_key()
    {
        var value = Gen.Elements<string?>(null, "", "a", "b", "ab", "foo", "bar\0", "\0", "a\u0001b", "\u00ff", "1foo");
        Prop.ForAll(Gen.Four(value).ToArbitrary(), v =>
        {
            var one = Key("bar foo", Asked(v.Item1, v.Item2));
            var other = Key("bar foo", Asked(v.Item3, v.Item4));
            Assert.Equal((v.Item1, v.Item2) == (v.Item3, v.Item4), one.SequenceEqual(other));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    [Trait("Checklist", "22")]
    public void The_order_of_languages_and_the_spelling_of_codings_never_matter()
    {
        var language = Gen.Elements("de", "DE", "en;q=0.5", "en; q=0.5", "fr-CH", "*", "a", "zh-Hant");
        Prop.ForAll(language.ListOf().Select(l => l.Take(32).ToList()).ToArbitrary(), list =>
        {
            var turned = Enumerable.Reverse(list).Select(l => " " + l.ToUpperInvariant() + "\t");
            Assert.Equal(Key("accept-language", ("accept-language", string.Join(',', list))), Key("accept-language", ("accept-language", string.Join(',', turned))));
        }).QuickCheckThrowOnFailure();
        var coding = Gen.Elements("br", "gzip", "zstd", "deflate", "br;q=0.1", "GZIP");
        Prop.ForAll(coding.ListOf().ToArbitrary(), list =>
        {
            var expected = new[] { "zstd", "br", "gzip" }.Where(c => list.Any(l => l.Split(';')[0].Equals(c, StringComparison.OrdinalIgnoreCase)));
            Assert.Equal(string.Join(", ", expected), Values.Codings.Normal(string.Join(" , ", list)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_secret_and_a_long_value_are_in_the_key_as_a_digest_only()
    {
        foreach (var name in new[] { "cookie", "authorization", "proxy-authorization" })
        {
            var key = Key(name, (name, "secret"));
            Assert.Equal(-1, key.AsSpan().IndexOf("secret"u8));
            Assert.NotEqual(key, Key(name, (name, "other")));
            Assert.NotEqual(key, Key(name));
            Assert.Equal(key.Length, Key(name, (name, new string('x', 3000))).Length);
        }

        var longest = new string('x', KeyWriter.MaxPlain);
        Assert.True(Key("foo", ("foo", longest)).AsSpan().IndexOf("xxx"u8) > 0);
        Assert.Equal(-1, Key("foo", ("foo", longest + "x")).AsSpan().IndexOf("xxx"u8));
        Assert.NotEqual(Key("foo", ("foo", longest + "x")), Key("foo", ("foo", longest + "y")));
        Assert.Equal(Key("foo", ("foo", longest + ",x")), Key("foo", ("foo", longest + " , x")));
    }

    [Fact]
    public void A_usual_variant_key_costs_no_memory()
    {
        var request = new FixedFields("gzip, deflate, br, zstd", "de-DE,de;q=0.9,en;q=0.8");
        string[] rule = ["accept-encoding", "accept-language"];
        var buffer = new byte[VariantKey.UsualBytes];
        VariantKey.TryWrite("https://site.test/a"u8, 1, rule, request, Values, buffer, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            VariantKey.TryWrite("https://site.test/a"u8, 1, rule, request, Values, buffer, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static (string, string)[] Asked(string? bar, string? foo) =>
        [.. new[] { ("bar", bar), ("foo", foo) }.Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!))];

    private static string? Rule(params string[] lines) =>
        VaryRule.TryParse(Heads.Of(lines), SemanticRules.Default, out var names) ? string.Join(' ', names) : null;

    private static byte[] Key(string rule, params (string, string)[] lines) => Key(rule, 1, lines);

    private static byte[] Key(string rule, ulong generation, params (string, string)[] lines)
    {
        var buffer = new byte[4096];
        Assert.True(VariantKey.TryWrite("url"u8, generation, rule.Split(' '), new AskedFields(lines), Values, buffer, out var written));
        return buffer[..written];
    }
}
