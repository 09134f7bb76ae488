using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

/// <summary>One visitor's answer and another visitor's request, against a plain model of who may see what.</summary>
public sealed class WhoMaySeeTests
{
    private static readonly string[] Words =
        ["no-store", "private", "no-cache", "public", "must-revalidate", "proxy-revalidate", "max-age=60", "max-age=0", "s-maxage=60", "s-maxage=0", "x=\"public, max-age=60\"", "foo"];

    [Fact]
    [Trait("Checklist", "14")]
    [Trait("Checklist", "38")]
    public void An_answer_goes_to_another_visitor_just_when_the_model_says_so()
    {
        var cases =
            from count in Gen.Choose(0, 3)
            from words in Gen.Elements(Words).ArrayOf(count)
            from upper in Gen.Elements(true, false)
            from authorized in Gen.Elements(true, false)
            from sameCookie in Gen.Elements(true, false)
            from vary in Gen.Elements("", "Cookie", "Accept-Encoding, cookie", "*", "Accept-Encoding")
            from setsCookie in Gen.Elements(true, false)
            from tagged in Gen.Elements(true, false)
            select (words, upper, authorized, sameCookie, vary, setsCookie, tagged);
        var shared = 0;
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var control = string.Join(", ", c.words);
            List<string> lines = ["Date: " + Date(), "Cache-Control: " + (c.upper ? control.ToUpperInvariant() : control)];
            lines.AddRange(c.vary.Length > 0 ? ["Vary: " + c.vary] : []);
            lines.AddRange(c.setsCookie ? ["Set-Cookie: session=1"] : []);
            lines.AddRange(c.tagged ? ["ETag: \"a\""] : []);
            var judged = Judge(Request(authorized: c.authorized), 200, null, [.. lines]);
            var seen = judged.Stored
                && Key(judged.Vary, "session=1").SequenceEqual(Key(judged.Vary, c.sameCookie ? "session=1" : "session=2"))
                && Reuse.Decide(judged.ToEntry("k"u8.ToArray(), Weir.Policies.Caching.Entries.MemoryBody.Empty, Now, []), CacheControl.Empty, Now + 1000).Kind == ReuseKind.Hit;

            bool Says(string word) => c.words.Contains(word);
            var lifetime = c.words.Where(w => w.StartsWith("s-maxage", StringComparison.Ordinal))
                .Concat(c.words.Where(w => w.StartsWith("max-age", StringComparison.Ordinal))).FirstOrDefault();
            var leave = Says("public") || Says("must-revalidate") || Says("s-maxage=60") || Says("s-maxage=0");
            var may = !Says("no-store") && !Says("private") && !Says("no-cache") && lifetime?.EndsWith("=60", StringComparison.Ordinal) == true
                && (!c.authorized || leave) && c.vary != "*" && (c.sameCookie || !c.vary.Contains("ookie", StringComparison.Ordinal));
            Assert.Equal(may, seen);
            shared += seen ? 1 : 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
        Assert.True(shared > 50, $"Only {shared} answers were shared: the cases say little.");
    }

    private static byte[] Key(IReadOnlyList<string> rule, string cookie)
    {
        var buffer = new byte[VariantKey.UsualBytes];
        Assert.True(VariantKey.TryWrite("url"u8, 1, rule, new AskedFields(("cookie", cookie)), new SelectingValues(SemanticRules.Default), buffer, out var written));
        return buffer[..written];
    }
}
