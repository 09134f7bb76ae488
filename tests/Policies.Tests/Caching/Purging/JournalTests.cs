using Microsoft.Extensions.Logging.Abstractions;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Purging.Journal;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Purging;

public sealed class JournalTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-purges-");
    private readonly FakeTimeProvider _clock = new();
    private readonly CacheMeters _meters = new();
    private readonly List<PurgeJournal> _open = [];

    private string File_ => Path.Combine(_folder.FullName, "disk", "purges");

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var journal in _open)
            await journal.DisposeAsync();
        _meters.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_was_written_is_read_again()
    {
        var (journal, ledger) = New();
        Assert.False(await journal.LoadAsync(default));
        await journal.StartAsync();
        PurgeItem[] items =
        [
            PurgeItem.Of(new Purge(PurgeKind.Url, "http://a/b", false, Now)), new(PurgeKind.Tag, "a tag, with \u00e4", new(Now, Now - 1)), new(PurgeKind.Prefix, "//h/x", new(0, Now)),
            new(PurgeKind.All, "", new(Now - 5, 0)),
        ];
        foreach (var item in items)
        {
            ledger.Add([item]);
            Assert.True(await journal.AppendAsync([item], null, default));
        }

        Assert.True(await journal.AppendAsync([], "17-3", default));
        // On the disk by now, whatever becomes of this process.
        var (again, ledgerAgain) = New();
        Assert.True(await again.LoadAsync(default));
        Assert.Equal(items.OrderBy(i => i.Kind), ledgerAgain.List().OrderBy(i => i.Kind));
        Assert.Equal("17-3", again.LastId);
        Assert.Equal(0, _meters.Sum("weir.cache.purge.journal.errors"));
        await again.StartAsync();
        var (third, ledgerThird) = New();
        Assert.True(await third.LoadAsync(default));
        Assert.Equal(4, ledgerThird.Count);
        Assert.Equal("17-3", third.LastId);
    }

    [Fact]
    public async Task A_torn_end_is_ignored_wherever_it_is_torn()
    {
        var bytes = await WrittenAsync(3);
        var lastLine = Array.LastIndexOf(bytes, (byte)'\n', bytes.Length - 2) + 1;
        for (var length = lastLine; length < bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(File_, bytes[..length], TestContext.Current.CancellationToken);
            var (journal, ledger) = New();
            Assert.True(await journal.LoadAsync(default));
            Assert.Equal(2, ledger.Count);
        }
    }

    [Fact]
    public async Task Damage_before_the_end_is_told_and_what_can_be_read_counts()
    {
        var bytes = await WrittenAsync(4);
        var at = JournalLines.Header.Length + 1;
        for (; at < bytes.Length - 40; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(File_, damaged, TestContext.Current.CancellationToken);
            var (journal, ledger) = New();
            Assert.False(await journal.LoadAsync(default), $"at byte {at}");
            Assert.InRange(ledger.Count, 1, 3);
            Assert.Null(journal.LastId);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("weir-purges 1")]
    [InlineData("weir-purges 2\n")]
    [InlineData("nonsense\n\0\0\0\n")]
    public async Task No_file_of_this_version_is_told(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File_)!);
        await File.WriteAllTextAsync(File_, text, TestContext.Current.CancellationToken);
        var (journal, ledger) = New();
        Assert.False(await journal.LoadAsync(default));
        Assert.Equal(0, ledger.Count);
        Assert.Equal(1, _meters.Sum("weir.cache.purge.journal.errors/read"));
    }

    [Fact]
    public async Task An_unreadable_file_is_told()
    {
        Directory.CreateDirectory(File_);
        var (journal, _) = New();
        Assert.False(await journal.LoadAsync(default));
    }

    [Fact]
    public async Task Any_bytes_are_read_without_a_fault()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File_)!);
        var random = new Random(5);
        var good = await WrittenAsync(5);
        for (var i = 0; i < 300; i++)
        {
            var bytes = good.ToArray();
            for (var n = random.Next(4); n >= 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await File.WriteAllBytesAsync(File_, bytes[..random.Next(bytes.Length)], TestContext.Current.CancellationToken);
            var (journal, ledger) = New();
            await journal.LoadAsync(default);
            Assert.InRange(ledger.Count, 0, 5);
        }
    }

    [Fact]
    public async Task A_file_with_many_lines_more_than_are_in_force_is_written_anew()
    {
        var (journal, ledger) = New();
        journal.MaxSpareLines = 10;
        await journal.StartAsync();
        for (var i = 0; i < 500; i++)
        {
            PurgeItem[] item = [new PurgeItem(PurgeKind.Tag, "t", PurgeTimes.At(Now + i, false))];
            ledger.Add(item);
            Assert.True(await journal.AppendAsync(item, $"{i}-0", default));
        }

        Assert.InRange(new FileInfo(File_).Length, 20, 1000);
        var (again, ledgerAgain) = New();
        Assert.True(await again.LoadAsync(default));
        Assert.Equal([new PurgeItem(PurgeKind.Tag, "t", new(Now + 499, 0))], ledgerAgain.List());
        Assert.Equal("499-0", again.LastId);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_taken_away_until_it_can()
    {
        var (journal, ledger) = New();
        journal.MaxSpareLines = 0;
        await journal.StartAsync();
        PurgeItem[] item = [new PurgeItem(PurgeKind.Tag, "t", PurgeTimes.At(Now, false))];
        ledger.Add(item);
        for (var i = 0; i < 3; i++)
            Assert.True(await journal.AppendAsync(item, null, default));
        // Where the draft goes there is a folder.
        Directory.CreateDirectory(File_ + ".new");
        for (var i = 0; i < 3 && journal.IsWritten; i++)
            await journal.AppendAsync(item, null, default);
        Assert.False(await journal.AppendAsync(item, null, default));
        Assert.False(File.Exists(File_));
        Assert.True(_meters.Sum("weir.cache.purge.journal.errors/write") >= 1);
        Directory.Delete(File_ + ".new");
        Assert.True(await journal.AppendAsync(item, null, default));
        Assert.True(journal.IsWritten);
        var (again, ledgerAgain) = New();
        Assert.True(await again.LoadAsync(default));
        Assert.Equal(1, ledgerAgain.Count);
    }

    [Fact]
    public async Task Many_at_once_are_all_on_the_disk_when_they_are_done()
    {
        var (journal, ledger) = New();
        await journal.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(async i =>
        {
            PurgeItem[] item = [new PurgeItem(PurgeKind.Tag, $"t{i}", PurgeTimes.At(Now, false))];
            ledger.Add(item);
            Assert.True(await journal.AppendAsync(item, null, default));
        }));
        var (again, ledgerAgain) = New();
        Assert.True(await again.LoadAsync(default));
        Assert.Equal(2000, ledgerAgain.Count);
    }

    [Fact]
    public async Task A_closed_journal_writes_nothing()
    {
        var (journal, _) = New();
        await journal.StartAsync();
        await journal.DisposeAsync();
        Assert.False(await journal.AppendAsync([], "1-1", default));
    }

    private async Task<byte[]> WrittenAsync(int count)
    {
        var (journal, ledger) = New();
        await journal.StartAsync();
        for (var i = 0; i < count; i++)
        {
            PurgeItem[] item = [new PurgeItem(PurgeKind.Tag, $"tag-{i}", PurgeTimes.At(Now + i, false))];
            ledger.Add(item);
            await journal.AppendAsync(item, null, default);
        }

        await journal.DisposeAsync();
        return await File.ReadAllBytesAsync(File_);
    }

    private (PurgeJournal Journal, PurgeLedger Ledger) New()
    {
        var ledger = new PurgeLedger(_clock);
        var journal = new PurgeJournal(File_, ledger, new PurgeMetrics(_meters, ledger), NullLogger.Instance);
        _open.Add(journal);
        return (journal, ledger);
    }
}
