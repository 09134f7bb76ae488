using System.Text;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Tests.Http1;

public sealed class HeaderStringsTests
{
    [Fact]
    public void The_text_is_that_of_the_bytes_whatever_was_asked_for_before()
    {
        // Far more texts than places: most replace another.
        var random = new Random(1);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(0, 160)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
                Array.ForEach(Enumerable.Range(0, bytes.Length).ToArray(), at => bytes[at] = (byte)('a' + (bytes[at] % 3)));
            Assert.Equal(Encoding.Latin1.GetString(bytes), HeaderStrings.Of(bytes));
        }
    }

    [Fact]
    public void A_text_seen_before_is_the_same_object()
    {
        var first = HeaderStrings.Of("Mon, 01 Jan 2024 00:00:00 GMT; seen before"u8);
        Assert.Same(first, HeaderStrings.Of("Mon, 01 Jan 2024 00:00:00 GMT; seen before"u8));
    }

    [Fact]
    public void Texts_of_equal_length_start_middle_and_end_are_told_apart()
    {
        var one = Encoding.Latin1.GetBytes("aaaaaaaa" + "1111" + "mmmmmmmm" + "1111" + "zzzzzzzz");
        var other = Encoding.Latin1.GetBytes("aaaaaaaa" + "2222" + "mmmmmmmm" + "2222" + "zzzzzzzz");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Encoding.Latin1.GetString(one), HeaderStrings.Of(one));
            Assert.Equal(Encoding.Latin1.GetString(other), HeaderStrings.Of(other));
        }
    }

    [Theory]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(5000)]
    public void Long_texts_are_whole(int length)
    {
        var text = new string('v', length - 1) + "\u00e9";
        Assert.Equal(text, HeaderStrings.Of(Encoding.Latin1.GetBytes(text)));
    }
}
