using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Weir.Stores.Redis;

namespace Weir.Stores.Tests.Redis;

public sealed class RedisReplyReaderTests
{
    private static readonly RedisLimits Small = new() { MaxReplyBytes = 16_384, MaxDepth = 3, MaxItems = 100, MaxLineBytes = 128 };

    [Theory]
    [InlineData("+OK\r\n", "Status OK")]
    [InlineData("+\r\n", "Status ")]
    [InlineData("-ERR no\r\n", "Error ERR no")]
    [InlineData(":-42\r\n", "Integer -42")]
    [InlineData("$3\r\na\nb\r\n", "Bulk a\nb")]
    [InlineData("$0\r\n\r\n", "Bulk ")]
    [InlineData("$-1\r\n", "Null ")]
    [InlineData("*-1\r\n", "Null ")]
    [InlineData("_\r\n", "Null ")]
    [InlineData("#t\r\n", "Boolean 1")]
    [InlineData(",3.5\r\n", "Double 3.5")]
    [InlineData("(12345678901234567890\r\n", "BigNumber 12345678901234567890")]
    [InlineData("=7\r\ntxt:abc\r\n", "Verbatim txt:abc")]
    [InlineData("!5\r\nERR x\r\n", "Error ERR x")]
    [InlineData("*0\r\n", "Array []")]
    [InlineData("*2\r\n:1\r\n*1\r\n+a\r\n", "Array [Integer 1,Array [Status a]]")]
    [InlineData("%1\r\n+k\r\n:1\r\n", "Map [Status k,Integer 1]")]
    [InlineData("~1\r\n:1\r\n", "Set [Integer 1]")]
    [InlineData(">2\r\n+m\r\n:1\r\n", "Push [Status m,Integer 1]")]
    [InlineData("|1\r\n+ttl\r\n:9\r\n:7\r\n", "Integer 7")]
    [InlineData("*1\r\n|1\r\n+ttl\r\n:9\r\n:7\r\n", "Array [Integer 7]")]
    public void Every_type_is_read(string wire, string expected) => Assert.Equal([expected], Read(Encoding.Latin1.GetBytes(wire), int.MaxValue));

    [Theory]
    [InlineData("?\r\n")]
    [InlineData("\r\n")]
    [InlineData("+OK\n")]
    [InlineData(":1x\r\n")]
    [InlineData(":\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$50000\r\n")]
    [InlineData("$99999999999999999999\r\n")]
    [InlineData("$1\r\nab\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData("*101\r\n")]
    [InlineData("%51\r\n")]
    [InlineData("#x\r\n")]
    [InlineData("_x\r\n")]
    [InlineData("$?\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n")]
    public void What_is_not_RESP_or_past_a_bound_is_a_typed_error(string wire)
    {
        var error = Assert.Throws<RedisException>(() => Read(Encoding.Latin1.GetBytes(wire), int.MaxValue));
        Assert.Equal(RedisFault.Malformed, error.Fault);
    }

    [Fact]
    public void A_line_without_end_is_given_up()
    {
        Assert.Throws<RedisException>(() => Read(Encoding.Latin1.GetBytes("+" + new string('a', 200)), 7));
    }

    [Fact]
    public void Values_of_a_list_count_together()
    {
        var wire = "*3\r\n" + string.Concat(Enumerable.Repeat($"$8000\r\n{new string('x', 8000)}\r\n", 3));

        Assert.Throws<RedisException>(() => Read(Encoding.Latin1.GetBytes(wire), int.MaxValue));
    }

    [Fact]
    public void An_announced_length_takes_no_memory_before_its_bytes_have_come()
    {
        using var reader = new RedisReplyReader(new RedisLimits { MaxReplyBytes = 512 * 1024 * 1024 });
        var before = GC.GetAllocatedBytesForCurrentThread();
        var buffer = new ReadOnlySequence<byte>("$536870912\r\nabc"u8.ToArray());

        Assert.False(reader.TryRead(ref buffer, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public void A_large_value_arrives_whole_and_cannot_be_read_after_it_was_disposed()
    {
        var value = new byte[5_000_000];
        new Random(1).NextBytes(value);
        using var reader = new RedisReplyReader(new RedisLimits());
        var wire = new ReadOnlySequence<byte>([.. "$5000000\r\n"u8, .. value, .. "\r\n"u8]);

        Assert.True(reader.TryRead(ref wire, out var reply));
        Assert.True(reply.Span.SequenceEqual(value));
        reply.Dispose();
        reply.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reply.Memory);
    }

    [Fact]
    public void Any_split_of_the_bytes_gives_equal_replies() =>
        Prop.ForAll(Replies().ToArbitrary(), Gen.Choose(1, 40).ToArbitrary(), (wire, piece) =>
        {
            var bytes = Encoding.Latin1.GetBytes(string.Concat(wire));
            return Read(bytes, int.MaxValue).SequenceEqual(Read(bytes, piece)) && Read(bytes, 1).Count == wire.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_give_replies_or_a_typed_error_and_never_anything_else() =>
        Prop.ForAll(Gen.Elements("*$%~>|+-:_#,(=!\r\n0123456789tfab".ToCharArray()).ArrayOf(60).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), (text, piece) =>
        {
            try
            {
                Read(Encoding.Latin1.GetBytes(text), piece);
            }
            catch (RedisException)
            {
            }
        }).QuickCheckThrowOnFailure();

    private static Gen<string[]> Replies()
    {
        var simple = Gen.OneOf(
            Gen.Elements("+OK\r\n", "-ERR a\r\n", ":7\r\n", "_\r\n", "#f\r\n", ",1e3\r\n", "$-1\r\n"),
            Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(1000, 1300)).Select(n => $"${n}\r\n{new string((char)(n % 256), n)}\r\n"));
        var list = Gen.Choose(0, 3).SelectMany(n => simple.ArrayOf(n).Select(items => $"*{n}\r\n{string.Concat(items)}"));
        var map = simple.ArrayOf(2).Select(items => $"%1\r\n{string.Concat(items)}");
        var attributed = simple.Select(s => $"|1\r\n+a\r\n:1\r\n{s}");
        var nested = list.ArrayOf(2).Select(items => $">2\r\n{string.Concat(items)}");
        return Gen.OneOf(simple, list, map, attributed, nested).NonEmptyListOf().Select(l => l.Take(8).ToArray());
    }

    // Pieces are kept apart, as a pipe keeps them, so that values lie across segments.
    private static List<string> Read(byte[] wire, int piece)
    {
        using var reader = new RedisReplyReader(Small);
        var read = new List<string>();
        var rest = new List<byte[]>();
        for (var at = 0; at < wire.Length; at += Math.Min(piece, wire.Length - at))
        {
            rest.Add(wire[at..(at + Math.Min(piece, wire.Length - at))]);
            var buffer = Segment.Of(rest);
            while (reader.TryRead(ref buffer, out var reply))
            {
                read.Add(Show(reply));
                reply.Dispose();
            }

            rest = [];
            foreach (var left in buffer)
                rest.Add(left.ToArray());
        }

        return read;
    }

    private static string Show(RedisReply reply) =>
        reply.Kind + " " + reply.Kind switch
        {
            RedisReplyKind.Integer or RedisReplyKind.Boolean => reply.Integer.ToString(),
            RedisReplyKind.Array or RedisReplyKind.Map or RedisReplyKind.Set or RedisReplyKind.Push => $"[{string.Join(',', reply.Items.ToArray().Select(Show))}]",
            _ => Encoding.Latin1.GetString(reply.Span),
        };

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(List<byte[]> pieces)
        {
            Segment? first = null, last = null;
            foreach (var piece in pieces)
            {
                var next = new Segment { Memory = piece, RunningIndex = last is null ? 0 : last.RunningIndex + last.Memory.Length };
                if (last is not null)
                    last.Next = next;
                first ??= next;
                last = next;
            }

            return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
        }
    }
}
