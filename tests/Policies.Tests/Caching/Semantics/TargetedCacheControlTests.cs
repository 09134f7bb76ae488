using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed partial class TargetedCacheControlTests
{
    [Theory]
    [Trait("Checklist", "35")]
    [InlineData("max-age=10000", 10000)]
    [InlineData("max-age=10000, foo", 10000)]
    [InlineData("  max-age=10000  ", 10000)]
    [InlineData("max-age=10000 \t,\t foo=(1 2);a", 10000)]
    [InlineData("max-age=10000;foo=bar", 10000)]
    [InlineData("max-age=1, max-age=10000", 10000)]
    [InlineData("max-age=10000, max-age=\"1\"", -1)]
    [InlineData("max-age=\"10000\"", -1)]
    [InlineData("max-age=10000.0", -1)]
    [InlineData("max-age", -1)]
    [InlineData("max-age=a", -1)]
    [InlineData("max-age=-1", 0)]
    [InlineData("max-age=999999999999999", 2147483648)]
    public void A_valid_field_is_read_with_its_types(string text, long seconds) => Assert.Equal(seconds, TargetedCacheControl.Parse(text)!.MaxAge);

    [Theory]
    [Trait("Checklist", "35")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("max-age=10000,")]
    [InlineData("max-age=10000, &&&")]
    [InlineData("Max-Age=10000")]
    [InlineData("max-age=10000 foo")]
    [InlineData("max-age =10000")]
    [InlineData("max-age= 10000")]
    [InlineData("max-age=10000, ,foo")]
    [InlineData("\tmax-age=10000")]
    [InlineData("max-age=1000000000000000")]
    [InlineData("max-age=1.2345")]
    [InlineData("max-age=1.")]
    [InlineData("max-age=-")]
    [InlineData("foo=\"a")]
    [InlineData("foo=\"\\a\"")]
    [InlineData("foo=\"\u00e4\"")]
    [InlineData("foo=(1 2")]
    [InlineData("foo=(1,2)")]
    [InlineData("foo=:a:b:")]
    [InlineData("foo=?2")]
    [InlineData("foo=@1")]
    [InlineData("foo;A=1")]
    [InlineData("foo=")]
    public void An_empty_field_and_one_with_any_error_is_no_field(string text)
    {
        Assert.Null(TargetedCacheControl.Parse(text));
        FieldLine[] fields = [new("CDN-Cache-Control", text), new("Cache-Control", "max-age=3")];
        Assert.True(TargetedCacheControl.Choose(fields, ["CDN-Cache-Control"]) is { Targeted: false, Control.MaxAge: 3 });
    }

    [Fact]
    [Trait("Checklist", "35")]
    public void A_valid_field_takes_the_place_of_Cache_Control_completely()
    {
        var choice = TargetedCacheControl.Choose(Heads.Of("Cache-Control: no-store, max-age=3", "CDN-Cache-Control: max-age=\"10000\""), ["CDN-Cache-Control"]);
        Assert.True(choice.Targeted);
        Assert.Equal(CacheDirectives.None, choice.Control.Directives);
        Assert.Equal(-1, choice.Control.MaxAge);
    }

    [Fact]
    [Trait("Checklist", "35")]
    public void The_first_valid_field_of_the_configured_names_counts()
    {
        var fields = Heads.Of("CDN-Cache-Control: max-age=1", "Weir-Cache-Control: max-age=2", "Other-Cache-Control: ?");
        Assert.Equal(2, TargetedCacheControl.Choose(fields, ["Other-Cache-Control", "weir-cache-control", "CDN-Cache-Control"]).Control.MaxAge);
        Assert.False(TargetedCacheControl.Choose(fields, []).Targeted);
        Assert.Equal(["CDN-Cache-Control"], SemanticRules.Default.TargetedFields);
    }

    [Fact]
    [Trait("Checklist", "35")]
    public void Several_lines_are_one_dictionary() =>
        Assert.Equal(5, TargetedCacheControl.Choose(Heads.Of("CDN-Cache-Control: max-age=1", "CDN-Cache-Control: max-age=5"), ["CDN-Cache-Control"]).Control.MaxAge);

    [Theory]
    [Trait("Checklist", "35")]
    [InlineData("no-store", CacheDirectives.NoStore)]
    [InlineData("no-store=?0", CacheDirectives.None)]
    [InlineData("no-store, no-store=?0", CacheDirectives.None)]
    [InlineData("no-store=1", CacheDirectives.NoStore)]
    [InlineData("public=1", CacheDirectives.None)]
    [InlineData("private", CacheDirectives.Private)]
    [InlineData("private=?0", CacheDirectives.None)]
    [InlineData("private=\"a\"", CacheDirectives.None)]
    [InlineData("private=(a)", CacheDirectives.Private)]
    [InlineData("no-cache=a", CacheDirectives.None)]
    [InlineData("no-cache=\"a b\"", CacheDirectives.NoCache)]
    [InlineData("must-revalidate, public", CacheDirectives.MustRevalidate | CacheDirectives.Public)]
    public void Directives_are_booleans(string text, object expected) => Assert.Equal(expected, TargetedCacheControl.Parse(text)!.Directives);

    [Fact]
    [Trait("Checklist", "35")]
    public void What_the_grammar_takes_is_taken_and_nothing_else()
    {
        var pieces = Gen.Elements(
            "a", "max-age", "*b", "A", "=", "=", "=", ",", ", ", ";", ";x", "1", "-1", "1.5", "1.2345", "\"s\"", "\"\\\"\"", "\"", "?1", "?0", "?2", ":YWI=:", ":", "(", ")",
            "(1 2)", "( 1 \"a\" )", "(1;a 2)", " ", "\t", "tok/en", "123456789012345", "1234567890123456", "\u00e4", "*", "_");
        Prop.ForAll(pieces.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var trimmed = text.Trim(' ');
            Assert.Equal(Grammar().IsMatch(trimmed), TargetedCacheControl.Parse(text) is not null);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    [Trait("Checklist", "35")]
    public void A_dictionary_comes_back_as_it_was_written()
    {
        var member =
            from key in Gen.Elements("max-age", "s-maxage", "stale-if-error", "foo")
            from number in Gen.Choose(-5, int.MaxValue)
            from form in Gen.Choose(0, 3)
            from parameters in Gen.Elements("", ";a", ";a=1;b=\"c,d\"")
            select (key, number, form, text: key + form switch { 0 => "=" + number, 1 => $"=\"{number}\"", 2 => "", _ => $"=({number})" } + parameters);
        Prop.ForAll(member.NonEmptyListOf().ToArbitrary(), list =>
        {
            var control = TargetedCacheControl.Parse(string.Join(" , ", list.Select(m => m.text)))!;
            long Last(string key) => list.Where(m => m.key == key).Select(m => m.form == 0 ? Math.Max(0L, m.number) : -1).DefaultIfEmpty(-1).Last();
            Assert.Equal((Last("max-age"), Last("s-maxage"), Last("stale-if-error")), (control.MaxAge, control.SharedMaxAge, control.StaleIfError));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    // RFC 8941's grammar for a dictionary, written independently of the parser.
    [GeneratedRegex(
        """
        \A(?<member>(?<key>[a-z*][a-z0-9_.*-]*)
          (=((?<item>-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9])|-?[0-9]{1,15}(?![0-9.])|"([\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"|[A-Za-z*][!\#$%&'*+.^_`|~:/0-9A-Za-z-]*|:[A-Za-z0-9+/=]*:|\?[01])
            |\(\x20*((-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9])|-?[0-9]{1,15}(?![0-9.])|"([\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"|[A-Za-z*][!\#$%&'*+.^_`|~:/0-9A-Za-z-]*|:[A-Za-z0-9+/=]*:|\?[01])(;\x20*[a-z*][a-z0-9_.*-]*(=(-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9])|-?[0-9]{1,15}(?![0-9.])|"([\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"|[A-Za-z*][!\#$%&'*+.^_`|~:/0-9A-Za-z-]*|:[A-Za-z0-9+/=]*:|\?[01]))?)*(\x20+|(?=\))))*\)))?
          (;\x20*[a-z*][a-z0-9_.*-]*(=(-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9])|-?[0-9]{1,15}(?![0-9.])|"([\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"|[A-Za-z*][!\#$%&'*+.^_`|~:/0-9A-Za-z-]*|:[A-Za-z0-9+/=]*:|\?[01]))?)*
          ([\x20\t]*,[\x20\t]*(?!\z)|[\x20\t]*\z))+\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Grammar();
}
