using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Purging;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Purging;

/// <summary>The ledger against a list that is walked.</summary>
public sealed class PurgeModelTests
{
    private static readonly Gen<string> Path = Gen.Elements("a", "b", "/", "?", "ab").ListOf().Select(parts => "/" + string.Concat(parts.Take(5)));

    private static readonly Gen<string> Url = Gen.Elements("http://h", "https://h", "http://hh", "https://h:8443").SelectMany(origin => Path.Select(path => origin + path));

    private static readonly Gen<string> Tag = Gen.Elements("x", "y", "X", "xy");

    private static readonly Gen<Purge> One = Gen.Choose(0, 9).SelectMany(kind =>
        Target(kind).SelectMany(target => Gen.Elements(true, false).SelectMany(soft => Gen.Choose(1, 40).Select(at => new Purge(KindOf(kind), target, soft, At(at))))));

    private static readonly Gen<Asked> Entry = Url.SelectMany(url => Tag.ListOf().SelectMany(tags => Gen.Choose(1, 40).Select(at => new Asked(url, [.. tags.Take(3)], At(at)))));

    [Fact]
    public void The_ledger_says_what_a_walk_through_all_purges_says() =>
        Prop.ForAll(One.ListOf().ToArbitrary(), Entry.ListOf().ToArbitrary(), Gen.Choose(1, 7).ToArbitrary(), (purges, entries, batch) =>
        {
            var ledger = new PurgeLedger(new FakeTimeProvider());
            foreach (var some in purges.Chunk(batch))
                ledger.Add([.. some.Select(p => PurgeItem.Of(p))]);
            // What is written down and read again is the same.
            var again = new PurgeLedger(new FakeTimeProvider());
            again.Add(ledger.List());
            foreach (var asked in entries)
            {
                var entry = Pages.Page(asked.Url, asked.At, asked.Tags);
                var concerned = purges.Where(p => p.At >= asked.At && Concerns(p, asked)).ToList();
                var expected = concerned.Exists(p => !p.IsSoft) ? (PurgeVerdict.Hard, 0L) : concerned.Count > 0 ? (PurgeVerdict.Soft, concerned.Max(p => p.At)) : (PurgeVerdict.None, 0L);
                Assert.Equal(expected, (ledger.Judge(entry, out var soft), soft));
                Assert.Equal(expected, (again.Judge(entry, out soft), soft));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void A_ledger_that_is_too_small_purges_more_and_never_less() =>
        Prop.ForAll(One.ListOf().ToArbitrary(), Entry.ListOf().ToArbitrary(), (purges, entries) =>
        {
            var ledger = new PurgeLedger(new FakeTimeProvider(), maxTargets: 8, maxUrls: 8);
            foreach (var purge in purges)
                ledger.Add([PurgeItem.Of(purge)]);
            foreach (var asked in entries)
            {
                var verdict = ledger.Judge(Pages.Page(asked.Url, asked.At, asked.Tags), out _);
                var concerned = purges.Where(p => p.At >= asked.At && Concerns(p, asked)).ToList();
                if (concerned.Exists(p => !p.IsSoft))
                    Assert.Equal(PurgeVerdict.Hard, verdict);
                else if (concerned.Count > 0)
                    Assert.NotEqual(PurgeVerdict.None, verdict);
            }

            Assert.InRange(ledger.Count, 0, 18);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    private static bool Concerns(Purge purge, Asked asked) => purge.Kind switch
    {
        PurgeKind.All => true,
        PurgeKind.Url => asked.Url == purge.Target,
        PurgeKind.Tag => asked.Tags.Contains(purge.Target),
        _ when purge.Target.StartsWith("//", StringComparison.Ordinal) => asked.Url.Replace("https:", "", StringComparison.Ordinal).Replace("http:", "", StringComparison.Ordinal).StartsWith(purge.Target, StringComparison.Ordinal),
        _ when purge.Target[0] == '/' => new string([.. asked.Url.SkipWhile(c => c != ':').Skip(3).SkipWhile(c => c != '/')]).StartsWith(purge.Target, StringComparison.Ordinal),
        _ => asked.Url.StartsWith(purge.Target, StringComparison.Ordinal),
    };

    private static PurgeKind KindOf(int kind) => kind switch { 0 => PurgeKind.All, <= 3 => PurgeKind.Url, <= 6 => PurgeKind.Tag, _ => PurgeKind.Prefix };

    private static Gen<string> Target(int kind) => KindOf(kind) switch
    {
        PurgeKind.All => Gen.Constant(""),
        PurgeKind.Url => Url,
        PurgeKind.Tag => Tag,
        // A path that begins with two slashes names a host.
        _ => Gen.OneOf(Url, Url.Select(u => u[u.IndexOf("//", StringComparison.Ordinal)..]), Path.Where(p => !p.StartsWith("//", StringComparison.Ordinal))),
    };

    // Near the double's now, so that nothing is over.
    private static long At(int at) => new FakeTimeProvider().GetUtcNow().ToUnixTimeMilliseconds() + at;

    private sealed record Asked(string Url, string[] Tags, long At);
}
