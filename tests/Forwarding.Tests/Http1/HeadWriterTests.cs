using System.Net;
using System.Text;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Tests.Http1;

public sealed class HeadWriterTests
{
    private readonly HeadWriter _writer = new();

    private string Text => Encoding.Latin1.GetString(_writer.Written.Span);

    [Fact]
    public void Everything_is_kept_while_the_buffer_grows()
    {
        var expected = new StringBuilder();
        for (var i = 0; i < 2000; i++)
        {
            _writer.WriteHeader($"X-{i}", $"value \u00e9 {i}");
            expected.Append($"X-{i}: value \u00e9 {i}\r\n");
        }

        Assert.Equal(expected.ToString(), Text);
        _writer.Truncate(5);
        Assert.Equal("X-0: ", Text);
        _writer.Truncate(500);
        Assert.Equal(5, _writer.Length);
        _writer.Release();
        Assert.Equal(0, _writer.Length);
    }

    [Fact]
    public void A_head_is_bounded()
    {
        _writer.Write(new string('x', HeadWriter.MaxBytes));
        Assert.Throws<InvalidDataException>(() => _writer.Write(new string('x', 1 << 19)));
        _writer.Release();
    }

    [Theory]
    [InlineData("A", "b\r\nEvil: 1")]
    [InlineData("A", "b\rc")]
    [InlineData("A", "b\nc")]
    [InlineData("A", "b\0c")]
    [InlineData("A\r\nEvil", "1")]
    [InlineData("A: b", "c")]
    [InlineData(":path", "/")]
    [InlineData("A ", "b")]
    [InlineData("\u00e9", "b")]
    [InlineData("", "b")]
    public void What_would_be_more_than_one_line_or_another_header_is_left_out(string name, string value)
    {
        _writer.WriteHeader(name, value);
        Assert.Equal("", Text);
    }

    [Fact]
    public void Numbers_and_addresses_are_written_as_text()
    {
        _writer.Write(long.MaxValue);
        _writer.Write("|"u8);
        _writer.WriteHex(long.MaxValue);
        _writer.Write("|"u8);
        _writer.WriteHex(0);
        _writer.Write("|"u8);
        _writer.Write(IPAddress.Parse("::ffff:10.1.2.3"));
        _writer.Write("|"u8);
        _writer.Write(IPAddress.Parse("2001:db8::1"));
        Assert.Equal("9223372036854775807|7fffffffffffffff|0|10.1.2.3|2001:db8::1", Text);
    }

    [Fact]
    public void Text_beyond_latin_1_becomes_question_marks()
    {
        _writer.WriteHeader("A", "\u00e9\u20ac");
        Assert.Equal("A: \u00e9?\r\n", Text);
    }
}
