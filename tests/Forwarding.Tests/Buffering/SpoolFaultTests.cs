using Weir.Forwarding.Buffering;
using Weir.Support;

namespace Weir.Forwarding.Tests.Buffering;

/// <summary>Disks that fail, and owners that leave in the middle.</summary>
public sealed class SpoolFaultTests
{
    [Theory]
    [InlineData("missing")]
    [InlineData("file.txt")]
    [InlineData("bad\0name")]
    [InlineData("/proc")]
    public async Task A_folder_that_cannot_be_used_refuses_and_keeps_memory_working(string folder)
    {
        var log = new LogOf();
        var clock = new FakeTimeProvider();
        using var bench = new SpoolBench(o =>
        {
            o.Directory = Path.Combine(o.Directory!, folder);
            o.AnswerMemoryBytes = 4096;
        }, clock, log);
        var file = Path.Combine(bench.Directory, "file.txt");
        await File.WriteAllTextAsync(file, "");
        for (var i = 0; i < 3; i++)
        {
            using var spool = bench.Spools.ForAnswer();
            Assert.False(await spool.AppendAsync(new byte[5000]).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.Equal(SpoolRefusal.Unavailable, spool.Refusal);
            Assert.False(await spool.AppendAsync(new byte[5000]));
            Assert.True(spool.TryAppend(new byte[4096]));
            Assert.Equal(0, bench.FileBytes);
        }

        Assert.Equal(3, bench.Metrics["weir.buffering.refused kind=answer reason=unavailable"]);
        Assert.Single(log.Lines);
        Assert.StartsWith("No temporary file for buffering in", log.Lines[0], StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMinutes(1));
        using var later = bench.Spools.ForAnswer();
        Assert.False(await later.AppendAsync(new byte[5000]));
        Assert.Equal(2, log.Lines.Count);
        File.Delete(file);
    }

    [Fact]
    public async Task Disposing_while_appends_to_the_file_are_under_way_gives_everything_back_once()
    {
        for (var i = 0; i < 100; i++)
        {
            using var bench = new SpoolBench(o => o.AnswerMemoryBytes = 8192);
            var spool = bench.Spools.ForAnswer();
            var writer = Task.Run(async () =>
            {
                var taken = 0;
                while (await spool.AppendAsync(new byte[20_000]))
                    taken++;
                Assert.Equal(SpoolRefusal.Disposed, spool.Refusal);
                return taken;
            });
            for (var spin = 0; spin < i * 20; spin++)
                Thread.SpinWait(50);
            spool.Dispose();
            spool.Dispose();
            await writer.WaitAsync(TimeSpan.FromSeconds(60));
            bench.AssertNothingHeld();
        }
    }

    [Fact]
    public async Task Disposing_while_a_reader_waits_or_loads_ends_its_read()
    {
        for (var i = 0; i < 50; i++)
        {
            using var bench = new SpoolBench(o => o.AnswerMemoryBytes = 0);
            var spool = bench.Spools.ForAnswer();
            if (i % 2 == 0)
                Assert.True(await spool.AppendAsync(new byte[30_000]));
            var reader = Task.Run(() => SpoolBench.ReadAllAsync(spool));
            for (var spin = 0; spin < i * 20; spin++)
                Thread.SpinWait(50);
            spool.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.WaitAsync(TimeSpan.FromSeconds(60)));
            bench.AssertNothingHeld();
        }
    }

    [Fact]
    public void Bytes_that_a_reader_still_holds_never_become_anothers()
    {
        using var bench = new SpoolBench();
        var spool = bench.Spools.ForAnswer();
        spool.TryAppend(SpoolBench.Bytes(5000));
        Assert.True(spool.TryRead(out var held));
        spool.Dispose();
        for (var i = 0; i < 100; i++)
        {
            using var other = bench.Spools.ForAnswer();
            other.TryAppend(new byte[5000]);
        }

        Assert.Equal(SpoolBench.Bytes(5000), held.ToArray());
    }

    [Fact]
    public async Task A_cancelled_append_takes_nothing_and_the_spool_goes_on()
    {
        using var bench = new SpoolBench(o => o.AnswerMemoryBytes = 0);
        using var spool = bench.Spools.ForAnswer();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await spool.AppendAsync(new byte[10], new CancellationToken(true)));
        Assert.Equal(0, spool.Length);
        Assert.True(await spool.AppendAsync(SpoolBench.Bytes(10)));
        spool.Complete();
        Assert.Equal(SpoolBench.Bytes(10), await SpoolBench.ReadAllAsync(spool));
    }
}
