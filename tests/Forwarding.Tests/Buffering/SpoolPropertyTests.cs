using System.Diagnostics;
using Weir.Forwarding.Buffering;

namespace Weir.Forwarding.Tests.Buffering;

/// <summary>Any sequence of appends and reads, of any sizes and under any bounds: the same bytes in order, and all given back.</summary>
public sealed class SpoolPropertyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_sequence_of_appends_and_reads_gives_the_same_bytes_in_order(bool isReplayable)
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            using var bench = new SpoolBench(o =>
            {
                o.AnswerMemoryBytes = o.UploadMemoryBytes = random.Next(3) * random.Next(40_000);
                o.AnswerFileBytes = random.Next(3) * random.Next(100_000);
                o.TotalMemoryBytes = random.Next(200_000);
                o.TotalFileBytes = random.Next(200_000);
            });
            using (var spool = isReplayable ? bench.Spools.ForUpload() : bench.Spools.ForAnswer())
                await PlayAsync(spool, random, seed);
            bench.AssertNothingHeld();
        }
    }

    [Fact]
    public async Task A_writer_and_a_reader_on_two_threads_lose_nothing()
    {
        using var bench = new SpoolBench(o => (o.AnswerMemoryBytes, o.AnswerFileBytes) = (20_000, 60_000));
        using var spool = bench.Spools.ForAnswer();
        var clock = Stopwatch.StartNew();
        var writer = Task.Run(async () =>
        {
            var random = new Random(1);
            var written = 0L;
            while (clock.ElapsedMilliseconds < 1500)
            {
                var bytes = SpoolBench.Bytes(random.Next(1, 9000), written);
                while (!await spool.AppendAsync(bytes))
                    await spool.WaitForRoomAsync();
                written += bytes.Length;
            }

            spool.Complete();
            return written;
        });
        var reader = Task.Run(async () =>
        {
            var random = new Random(2);
            var read = 0L;
            while (true)
            {
                var bytes = await spool.ReadAsync();
                if (bytes.IsEmpty)
                    return read;
                var part = random.Next(1, bytes.Length + 1);
                Assert.Equal(SpoolBench.Bytes(part, read), bytes[..part].ToArray());
                spool.Advance(part);
                read += part;
                if (random.Next(50) == 0)
                    await Task.Yield();
            }
        });

        Assert.Equal(await writer.WaitAsync(TimeSpan.FromSeconds(60)), await reader.WaitAsync(TimeSpan.FromSeconds(60)));
        spool.Dispose();
        bench.AssertNothingHeld();
    }

    private static async Task PlayAsync(Spool spool, Random random, int seed)
    {
        var (written, read) = (0L, 0L);
        for (var step = 0; step < 120; step++)
        {
            if (random.Next(2) == 0)
            {
                var bytes = SpoolBench.Bytes(random.Next(1, random.Next(2) == 0 ? 200 : 30_000), written);
                if (random.Next(2) == 0 ? spool.TryAppend(bytes) : await spool.AppendAsync(bytes))
                    written += bytes.Length;
            }
            else if (written > read)
            {
                read += await ReadOneAsync(spool, random, read, seed);
            }
            else if (spool.IsReplayable && random.Next(10) == 0)
            {
                spool.Rewind();
                read = 0;
            }

            Assert.Equal(written, spool.Length);
            Assert.Equal(written == read, spool.IsEmpty);
        }

        spool.Complete();
        while (read < written)
            read += await ReadOneAsync(spool, random, read, seed);
        Assert.True((await spool.ReadAsync()).IsEmpty);
    }

    private static async Task<int> ReadOneAsync(Spool spool, Random random, long read, int seed)
    {
        var bytes = await spool.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        var part = random.Next(1, bytes.Length + 1);
        Assert.True(bytes.Span[..part].SequenceEqual(SpoolBench.Bytes(part, read)), $"seed {seed} at {read}");
        spool.Advance(part);
        return part;
    }
}
