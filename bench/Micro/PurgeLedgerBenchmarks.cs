using System.Text;
using BenchmarkDotNet.Attributes;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Purging;

namespace Weir.Bench.Micro;

/// <summary>What every hit pays to the purges: nothing newer than it, and some 10,000 prefixes and tags, and half as many URLs, that are newer and do not concern it.</summary>
public class PurgeLedgerBenchmarks
{
    private const long At = 1_700_000_000_000;
    private readonly CachedResponse _newer = Entry(At + 1);
    private readonly CachedResponse _older = Entry(At - 1);
    private PurgeLedger _ledger = new(TimeProvider.System, MaxAge);

    [Params(10, 9_990)]
    public int Purges { get; set; }

    // The times of the benchmark are long ago.
    private static TimeSpan MaxAge { get; } = TimeSpan.FromDays(36_500);

    [GlobalSetup]
    public void Fill()
    {
        _ledger = new PurgeLedger(TimeProvider.System, MaxAge);
        var items = new List<PurgeItem>();
        for (var i = 0; i < Purges / 2; i++)
        {
            items.Add(new PurgeItem(PurgeKind.Tag, $"item-{i}-other", PurgeTimes.At(At, false)));
            items.Add(new PurgeItem(PurgeKind.Prefix, $"{(i % 3) switch { 0 => "https://www.example.test", 1 => "//www.example.test", _ => "" }}/shop/{i}/", PurgeTimes.At(At, i % 2 == 0)));
            items.Add(PurgeItem.Of(new Purge(PurgeKind.Url, $"https://www.example.test/shop/item/{i}?color=red", false, At)));
        }

        _ledger.Add(items);
    }

    [Benchmark(Baseline = true, Description = "nothing is newer")]
    public bool Newer() => _ledger.Judge(_newer, out _) == PurgeVerdict.None;

    [Benchmark(Description = "all are newer, two tags")]
    public bool Older() => _ledger.Judge(_older, out _) == PurgeVerdict.None;

    [Benchmark(Description = "one more prefix")]
    public void AddPrefix() => _ledger.Add([new PurgeItem(PurgeKind.Prefix, "/shop/7/", PurgeTimes.At(At, false))]);

    [Benchmark(Description = "one more tag")]
    public void AddTag() => _ledger.Add([new PurgeItem(PurgeKind.Tag, "item-7-other", PurgeTimes.At(At, false))]);

    private static CachedResponse Entry(long at)
    {
        var page = CachedPages.Of(0);
        return new CachedResponse
        {
            KeyText = Encoding.UTF8.GetBytes("shop\nhttps://www.example.test/shop/item/4711?color=blue"),
            StoredAt = at,
            Status = 200,
            Fields = page.Fields,
            Body = page.Body,
            RequestedAt = at,
            ReceivedAt = at,
            InitialAge = 0,
            FreshFor = 60_000,
            Tags = page.Tags,
        };
    }
}
