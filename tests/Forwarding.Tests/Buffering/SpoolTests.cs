using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.Versioning;
using Weir.Forwarding.Buffering;

namespace Weir.Forwarding.Tests.Buffering;

public sealed class SpoolTests
{
    [Fact]
    public async Task What_was_appended_is_read_in_order_and_its_memory_given_back_as_it_is_read()
    {
        using var bench = new SpoolBench();
        using var spool = bench.Spools.ForAnswer();
        var bytes = SpoolBench.Bytes(100_000);
        Assert.True(spool.TryAppend(bytes.AsSpan(0, 70_000)));
        Assert.True(spool.TryAppend(bytes.AsSpan(70_000)));
        spool.Complete();
        var held = bench.MemoryBytes;
        Assert.InRange(held, 100_000, 256 << 10);
        Assert.Equal(held, bench.Metrics["weir.buffering.memory kind=answer"]);

        Assert.Equal(bytes, await SpoolBench.ReadAllAsync(spool));

        Assert.True(spool.IsEmpty);
        bench.AssertNothingHeld();
    }

    [Fact]
    public async Task A_reader_waits_for_the_writer()
    {
        using var bench = new SpoolBench();
        using var spool = bench.Spools.ForAnswer();
        var read = spool.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);
        spool.TryAppend("ab"u8);
        Assert.Equal("ab"u8.ToArray(), (await read).ToArray());
        spool.Advance(2);
        read = spool.ReadAsync().AsTask();
        spool.Complete();
        Assert.True((await read).IsEmpty);
    }

    [Fact]
    public async Task A_writers_failure_reaches_the_reader_after_what_was_taken()
    {
        using var bench = new SpoolBench();
        using var spool = bench.Spools.ForAnswer();
        spool.TryAppend("ab"u8);
        spool.Fail(new IOException("the server went away"));
        Assert.Equal(2, (await spool.ReadAsync()).Length);
        spool.Advance(2);
        var error = await Assert.ThrowsAsync<IOException>(async () => await spool.ReadAsync());
        Assert.Equal("the server went away", error.Message);
    }

    [Fact]
    public async Task What_does_not_fit_in_memory_goes_to_a_file_without_a_name_that_only_we_may_read()
    {
        using var bench = new SpoolBench(o => o.AnswerMemoryBytes = 8192);
        using var spool = bench.Spools.ForAnswer();
        var bytes = SpoolBench.Bytes(300_000);
        Assert.True(spool.TryAppend(bytes.AsSpan(0, 8192)));
        Assert.False(spool.TryAppend(bytes.AsSpan(8192, 1)));
        for (var at = 8192; at < bytes.Length; at += 20_000)
            Assert.True(await spool.AppendAsync(bytes.AsMemory(at, Math.Min(20_000, bytes.Length - at))));
        spool.Complete();

        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Directory));
        Assert.Equal(bytes.Length - 8192, bench.FileBytes);
        Assert.Equal(bytes.Length - 8192, bench.Metrics["weir.buffering.file kind=answer"]);
        Assert.Equal(1, bench.Metrics["weir.buffering.spilled kind=answer"]);
        if (OperatingSystem.IsLinux())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOfOpenFileIn(bench.Directory));
        Assert.Equal(bytes, await SpoolBench.ReadAllAsync(spool));
        Assert.Equal(0, bench.MemoryBytes);
        spool.Dispose();
        bench.AssertNothingHeld();
    }

    [Fact]
    public async Task The_file_is_a_ring_whose_room_is_used_again_as_it_is_read()
    {
        using var bench = new SpoolBench(o => (o.AnswerMemoryBytes, o.AnswerFileBytes) = (0, 100_000));
        using var spool = bench.Spools.ForAnswer();
        var (written, read) = (0L, 0L);
        for (var i = 0; i < 40; i++)
        {
            while (await spool.AppendAsync(SpoolBench.Bytes(17_000, written)))
                written += 17_000;
            Assert.Equal(SpoolRefusal.SpoolFull, spool.Refusal);
            var part = await spool.ReadAsync();
            Assert.Equal(SpoolBench.Bytes(part.Length, read), part.ToArray());
            read += part.Length;
            spool.Advance(part.Length);
            Assert.InRange(bench.FileBytes, 85_000, 100_000);
        }

        Assert.True(written > 500_000);
        Assert.Equal(1, bench.Metrics["weir.buffering.refused kind=answer reason=body_full"]);
    }

    [Fact]
    public async Task After_the_file_is_read_memory_is_used_again()
    {
        using var bench = new SpoolBench(o => o.AnswerMemoryBytes = 4096);
        using var spool = bench.Spools.ForAnswer();
        Assert.True(await spool.AppendAsync(SpoolBench.Bytes(10_000)));
        Assert.False(spool.TryAppend("x"u8));
        var part = await spool.ReadAsync();
        Assert.Equal(10_000, part.Length);
        Assert.True(spool.TryAppend("later"u8));
        spool.Advance(10_000);
        Assert.Equal("later"u8.ToArray(), (await spool.ReadAsync()).ToArray());
    }

    [Fact]
    public async Task A_replayable_spool_is_read_as_often_as_one_likes()
    {
        using var bench = new SpoolBench();
        using var spool = bench.Spools.ForUpload();
        var bytes = SpoolBench.Bytes(200_000);
        for (var at = 0; at < bytes.Length; at += 1000)
            Assert.True(await spool.AppendAsync(bytes.AsMemory(at, 1000)));
        spool.Complete();
        Assert.Equal(200_000, spool.Length);
        Assert.True(bench.FileBytes > 0);

        Assert.Equal(bytes, await SpoolBench.ReadAllAsync(spool));
        spool.Rewind();
        var first = await spool.ReadAsync();
        spool.Advance(first.Length / 2);
        spool.Rewind();
        Assert.Equal(bytes, await SpoolBench.ReadAllAsync(spool));

        spool.Dispose();
        bench.AssertNothingHeld();
    }

    [Fact]
    public async Task A_refused_append_takes_nothing()
    {
        using var bench = new SpoolBench(o => (o.AnswerMemoryBytes, o.AnswerFileBytes) = (8192, 10_000));
        using var spool = bench.Spools.ForAnswer();
        Assert.True(await spool.AppendAsync(SpoolBench.Bytes(5000)));
        Assert.False(await spool.AppendAsync(SpoolBench.Bytes(20_000)));
        Assert.True(await spool.AppendAsync(SpoolBench.Bytes(3000, 5000)));
        Assert.Equal(8000, spool.Length);
        spool.Complete();
        Assert.Equal(SpoolBench.Bytes(8000), await SpoolBench.ReadAllAsync(spool));
    }

    [Fact]
    public async Task All_spools_together_keep_to_the_totals()
    {
        using var bench = new SpoolBench(o => (o.TotalMemoryBytes, o.TotalFileBytes) = (100_000, 50_000));
        var spools = Enumerable.Range(0, 8).Select(_ => bench.Spools.ForAnswer()).ToList();
        var taken = 0;
        foreach (var spool in spools)
        {
            if (await spool.AppendAsync(SpoolBench.Bytes(20_000)))
                taken++;
            else
                Assert.Equal(SpoolRefusal.TotalFull, spool.Refusal);
        }

        // 32 KB of memory each for three, then two in files.
        Assert.Equal(5, taken);
        Assert.Equal(3, bench.Metrics["weir.buffering.refused kind=answer reason=total_full"]);
        Assert.InRange(bench.MemoryBytes, 1, 100_000);
        Assert.Equal(40_000, bench.FileBytes);
        spools.ForEach(s => s.Dispose());
        bench.AssertNothingHeld();
    }

    [Fact]
    public async Task A_writer_is_woken_when_the_reader_made_room()
    {
        using var bench = new SpoolBench(o => (o.AnswerMemoryBytes, o.AnswerFileBytes) = (4096, 0));
        using var spool = bench.Spools.ForAnswer(PipeScheduler.Inline, PipeScheduler.Inline);
        Assert.True(spool.TryAppend(new byte[4096]));
        Assert.False(await spool.AppendAsync(new byte[1]));
        var room = spool.WaitForRoomAsync().AsTask();
        Assert.False(room.IsCompleted);
        Assert.True(spool.TryRead(out var bytes));
        spool.Advance(bytes.Length);
        Assert.True(room.IsCompletedSuccessfully);
        await room;
        Assert.True(spool.TryAppend(new byte[1]));
    }

    [Fact]
    public void A_sequence_of_many_segments_is_taken_whole()
    {
        using var bench = new SpoolBench();
        using var spool = bench.Spools.ForAnswer();
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16));
        var bytes = SpoolBench.Bytes(5000);
        pipe.Writer.Write(bytes);
        pipe.Writer.Complete();
        Assert.True(pipe.Reader.TryRead(out var read));
        Assert.True(spool.TryAppend(read.Buffer));
        Assert.True(spool.TryRead(out var all));
        Assert.Equal(bytes[..all.Length], all.ToArray());
    }

    [Fact]
    public async Task In_memory_nothing_is_allocated_for_an_append_and_a_read()
    {
        using var bench = new SpoolBench();
        using var spool = bench.Spools.ForAnswer(PipeScheduler.Inline, PipeScheduler.Inline);
        var bytes = SpoolBench.Bytes(16_384);
        void One(bool readFirst)
        {
            var read = readFirst ? spool.ReadAsync() : default;
            spool.TryAppend(bytes);
            if (!readFirst)
                read = spool.ReadAsync();
            spool.Advance(read.GetAwaiter().GetResult().Length);
        }

        for (var i = 0; i < 200; i++)
            One(i % 2 == 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            One(i % 2 == 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(spool.IsEmpty);
        await Task.CompletedTask;
    }

    // The link of a nameless file still says where it was made.
    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode ModeOfOpenFileIn(string directory)
    {
        var link = Directory.EnumerateFiles("/proc/self/fd")
            .Single(f => new FileInfo(f).LinkTarget?.StartsWith(directory, StringComparison.Ordinal) == true);
        using var handle = File.OpenHandle(link);
        return File.GetUnixFileMode(handle);
    }
}
