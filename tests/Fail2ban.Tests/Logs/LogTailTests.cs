using FsCheck;
using FsCheck.Fluent;
using Weir.Fail2ban.Logs;

namespace Weir.Fail2ban.Tests.Logs;

public sealed class LogTailTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-tail-").FullName;

    private string LogFile => Path.Combine(_folder, "error.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lines_are_read_as_they_are_appended_and_half_lines_wait()
    {
        File.WriteAllText(LogFile, "one\ntw");
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Equal(["one"], tail.Read(10));
        Assert.Empty(tail.Read(10));
        File.AppendAllText(LogFile, "o\r\n\nfour\n");
        Assert.Equal(["two", "", "four"], tail.Read(10));
    }

    [Fact]
    public void No_more_lines_than_asked_for_are_read_at_once()
    {
        File.WriteAllText(LogFile, "1\n2\n3\n");
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Equal(["1", "2"], tail.Read(2));
        Assert.Equal(4, tail.Position!.Offset);
        Assert.Equal(["3"], tail.Read(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tail.Read(0));
    }

    [Fact]
    public void A_file_keeps_its_identity_while_it_is_open_whatever_its_path_becomes()
    {
        File.WriteAllText(LogFile, "one\n");
        using var handle = File.OpenHandle(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        ulong before = FileIdentity.Of(handle);
        Assert.NotEqual(0UL, before);
        Assert.Equal(before, FileIdentity.Of(LogFile));
        File.Move(LogFile, LogFile + ".1");
        File.WriteAllText(LogFile, "two\n");
        Assert.Equal(before, FileIdentity.Of(handle));
        Assert.NotEqual(before, FileIdentity.Of(LogFile));
        Assert.Equal(0UL, FileIdentity.Of(LogFile + ".2"));
    }

    [Fact]
    public void A_file_that_is_not_there_yet_is_read_from_its_beginning_when_it_comes()
    {
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Empty(tail.Read(10));
        Assert.Null(tail.Position);
        File.WriteAllText(LogFile, "one\n");
        Assert.Equal(["one"], tail.Read(10));
    }

    [Fact]
    public void From_its_tail_what_is_there_already_is_passed_over_but_for_the_half_line()
    {
        File.WriteAllText(LogFile, "old\nhalf");
        using var tail = new LogTail(LogFile, null, fromTail: true);
        Assert.Empty(tail.Read(10));
        File.AppendAllText(LogFile, " new\n");
        Assert.Equal(["half new"], tail.Read(10));
    }

    [Fact]
    public void After_a_rename_the_old_file_is_read_to_its_end_before_the_new_one()
    {
        File.WriteAllText(LogFile, "1\n");
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Equal(["1"], tail.Read(10));
        File.AppendAllText(LogFile, "2\n3");
        File.Move(LogFile, LogFile + ".1");
        File.WriteAllText(LogFile, "4\n");
        Assert.Equal(["2", "3", "4"], tail.Read(10));
        File.AppendAllText(LogFile, "5\n");
        Assert.Equal(["5"], tail.Read(10));
    }

    [Fact]
    public void A_renamed_file_is_followed_while_no_other_has_taken_its_place()
    {
        File.WriteAllText(LogFile, "1\n");
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Equal(["1"], tail.Read(10));
        File.Move(LogFile, LogFile + ".1");
        File.AppendAllText(LogFile + ".1", "2\n");
        Assert.Equal(["2"], tail.Read(10));
        Assert.Empty(tail.Read(10));
    }

    [Fact]
    public void A_truncated_file_is_read_from_its_beginning()
    {
        File.WriteAllText(LogFile, "first line\nsecond\n");
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Equal(2, tail.Read(10).Count);
        File.WriteAllText(LogFile, "new\n");
        Assert.Equal(["new"], tail.Read(10));
        File.WriteAllText(LogFile, "another one that is longer than what was read before\n");
        Assert.Equal(["another one that is longer than what was read before"], tail.Read(10));
    }

    [Fact]
    public void A_kept_position_goes_on_where_it_was_left()
    {
        File.WriteAllText(LogFile, "1\n2\n3\n");
        LogPosition position;
        using (var tail = new LogTail(LogFile, null, fromTail: false))
        {
            Assert.Equal(["1"], tail.Read(1));
            position = tail.Position!;
        }

        Assert.NotEqual(0UL, position.Inode);
        Assert.NotEqual(0UL, position.FirstLineHash);
        using (var tail = new LogTail(LogFile, position, fromTail: true))
        {
            Assert.Equal(position, tail.Position);
            Assert.Equal(["2", "3"], tail.Read(10));
        }
    }

    [Fact]
    public void A_kept_position_finds_the_rest_of_a_file_that_was_rotated_meanwhile()
    {
        File.WriteAllText(LogFile, "1\n");
        LogPosition position;
        using (var tail = new LogTail(LogFile, null, fromTail: false))
        {
            tail.Read(10);
            position = tail.Position!;
        }

        File.AppendAllText(LogFile, "2\n");
        File.Move(LogFile, LogFile + ".1");
        File.WriteAllText(LogFile, "3\n");
        using var next = new LogTail(LogFile, position, fromTail: false);
        Assert.Equal(["2", "3"], next.Read(10));
    }

    [Fact]
    public void A_kept_position_of_another_file_with_the_same_number_does_not_count()
    {
        File.WriteAllText(LogFile, "first\nsecond\n");
        LogPosition position;
        using (var tail = new LogTail(LogFile, null, fromTail: false))
        {
            tail.Read(10);
            position = tail.Position!;
        }

        File.WriteAllText(LogFile, "other\nand so on and on\n");
        using var next = new LogTail(LogFile, position, fromTail: false);
        Assert.Equal(["other", "and so on and on"], next.Read(10));
    }

    [Fact]
    public void A_long_line_is_cut_and_its_rest_is_no_line_of_its_own()
    {
        string line = new('x', 100_000);
        File.WriteAllText(LogFile, $"{new string('y', 16_384)}\n{line}\nnext\n");
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Equal([new string('y', 16_384), line[..16_384], "next"], tail.Read(10));
        Assert.Equal(new FileInfo(LogFile).Length, tail.Position!.Offset);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_replaced()
    {
        File.WriteAllBytes(LogFile, [0x61, 0xff, 0x62, 0x0a, 0xc3, 0xa9, 0x0a]);
        using var tail = new LogTail(LogFile, null, fromTail: false);
        Assert.Equal(["a\uFFFDb", "é"], tail.Read(10));
    }

    [Fact]
    public void Random_appends_and_rotations_give_every_line_once() => Prop.ForAll(
        Gen.ListOf(Gen.Choose(0, 99)).Resize(60).ToArbitrary(),
        steps =>
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
            string path = Path.Combine(folder, "a.log");
            var written = new List<string>();
            var read = new List<string>();
            var tail = new LogTail(path, null, fromTail: false);
            int serial = 0;
            foreach (int step in steps)
            {
                switch (step)
                {
                    case < 50:
                        string text = string.Concat(Enumerable.Range(0, step % 5).Select(_ => $"line {serial++}\n"));
                        written.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
                        File.AppendAllText(path, text);
                        break;
                    case < 70:
                        read.AddRange(tail.Read(step % 7 + 1));
                        break;
                    case < 80 when File.Exists(path):
                        // Twice without a look between is what nobody can follow.
                        Drain(tail, read);
                        File.Move(path, $"{path}.{serial++}");
                        break;
                    case < 90:
                        LogPosition? position = tail.Position;
                        tail.Dispose();
                        tail = new LogTail(path, position, fromTail: false);
                        break;
                    default:
                        read.AddRange(tail.Read(1000));
                        break;
                }
            }

            Drain(tail, read);
            tail.Dispose();
            return written.SequenceEqual(read);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_chops_of_a_file_give_the_same_lines() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<byte[]>().Resize(400).ToArbitrary(),
        ArbMap.Default.GeneratorFor<byte>().ToArbitrary(),
        (bytes, seed) =>
        {
            byte[] text = [.. bytes.Select(static value => value % 5 == 0 ? (byte)'\n' : value), (byte)'\n'];
            string path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
            File.WriteAllBytes(path, text);
            using var whole = new LogTail(path, null, fromTail: false);
            IReadOnlyList<string> expected = whole.Read(10_000);
            string chopped = path + "c";
            using var tail = new LogTail(chopped, null, fromTail: false);
            var read = new List<string>();
            var random = new Random(seed);
            for (int at = 0; at < text.Length;)
            {
                int length = Math.Min(text.Length - at, random.Next(1, 40));
                using (FileStream file = File.Open(chopped, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
                {
                    file.Write(text, at, length);
                }

                at += length;
                read.AddRange(tail.Read(random.Next(1, 5)));
            }

            Drain(tail, read);
            return expected.SequenceEqual(read);
        }).QuickCheckThrowOnFailure();

    private static void Drain(LogTail tail, List<string> read)
    {
        for (IReadOnlyList<string> lines = tail.Read(7); lines.Count > 0; lines = tail.Read(7))
        {
            read.AddRange(lines);
        }
    }
}
