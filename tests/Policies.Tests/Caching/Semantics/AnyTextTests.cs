using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

/// <summary>No head of an origin or a client makes the rules throw, and none makes them slow.</summary>
public sealed class AnyTextTests
{
    private static readonly string[] Names =
    [
        "Cache-Control", "CDN-Cache-Control", "Date", "Expires", "Age", "Last-Modified", "ETag", "Vary", "Content-Type", "Content-Range", "Content-Length", "Connection",
        "Location", "Content-Location", "Set-Cookie", "Pragma",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements(
            "max-age", "s-maxage", "no-store", "=", "\"", "\\", ",", ";", " ", "\t", "*", "W/", "0", "7", "-", "/", "bytes", "bytes ", "bytes=", "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 29-Feb-00 08:49:37 GMT", "accept", "q=0", "(", ")", ":", "?", "?1", "#", "http:", "//", "..", "\u00e4", "\0", "\ud800", "99999999999999999999").ListOf().Select(string.Concat),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get));

    private static readonly Gen<FieldLine[]> Head = Gen.Elements(Names).SelectMany(name => Text.Select(value => new FieldLine(name, value))).ListOf().Select(l => l.ToArray());

    [Fact]
    public void Any_head_of_an_origin_is_judged_and_updated() =>
        Prop.ForAll(Head.ToArbitrary(), Head.ToArbitrary(), Gen.Choose(-1, 1100).ToArbitrary(), (head, later, status) =>
        {
            var request = Request("POST", "/a/b?c", authorized: false, ranged: true);
            var judged = Storability.Judge(Request(ranged: true), status, head, Now, Now, SemanticRules.Default);
            Assert.True(judged.Freshness is { InitialAge: >= 0, FreshFor: >= 0, StaleIfError: >= 0, StaleWhileRevalidate: >= 0 });
            var entry = judged.ToEntry("k"u8.ToArray(), MemoryBody.Empty, Now, []);
            Assert.DoesNotContain(entry.Fields, f => StoredFields.NeverKept(f.Name));
            StoredUpdate.ByNotModified(request, entry, later, Now, Now, SemanticRules.Default, out var updated);
            StoredUpdate.ByHead(request, entry, 200, later, Now, Now, SemanticRules.Default, out _);
            StoredUpdate.Selects(entry, later);
            Assert.True(Storability.KeepFor(updated, Now, SemanticRules.Default) > TimeSpan.Zero);
            Assert.All(Invalidation.Targets(request, status, head), target => Assert.StartsWith("/", target, StringComparison.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Any_head_of_a_client_is_judged() =>
        Prop.ForAll(Head.ToArbitrary(), Text.ToArbitrary(), Text.ToArbitrary(), (head, one, other) =>
        {
            var entry = Storability.Judge(Request(ranged: true), head.Length % 2 == 0 ? 200 : 206, head, Now, Now, SemanticRules.Default).ToEntry("k"u8.ToArray(), MemoryBody.Empty, Now, []);
            Reuse.Decide(entry, CacheControl.Parse(one), Now);
            Reuse.MayReplace(entry, OriginFault.ErrorStatus, CacheControl.Parse(other), Now, SemanticRules.Default);
            Preconditions.NotModified(entry, Request(), one, other, Now);
            var part = Part.Of(entry, Request(), one, other, Now);
            Assert.True(part.Kind != PartKind.Part || (part.Offset >= 0 && part.Length > 0));
            var values = new SelectingValues(SemanticRules.Default);
            Span<byte> buffer = stackalloc byte[300];
            foreach (var name in new[] { "accept-encoding", "accept-language", VaryRule.ImageAccept, "foo" })
            {
                var key = new KeyWriter(buffer);
                values.Write(name, one, ref key);
                Assert.InRange(key.Written, 0, buffer.Length);
            }

            StoredUpdate.Selects(entry, head);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("\"")]
    [InlineData("a=\"")]
    [InlineData("\"a\",")]
    [InlineData("(, ")]
    [InlineData("a=(1 ")]
    [InlineData("a;b")]
    [InlineData("/..")]
    public void Thirty_two_kilobytes_of_anything_are_read_in_a_moment(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 32_768 / piece.Length));
        var time = Stopwatch.StartNew();
        CacheControl.Parse(text);
        CacheControl.Parse("a=" + text);
        TargetedCacheControl.Parse(text);
        EntityTag.ListMatches(text, "\"x\"");
        Judge(200, "Vary: " + text, "Connection: " + text, "Expires: " + text, "Content-Location: " + text);
        SameOrigin.Target(Request(), text);
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }
}
