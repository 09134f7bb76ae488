using System.Text;
using Weir.Policies.RequestRules;

namespace Weir.Policies.Tests.RequestRules;

public sealed class EncodingTests
{
    [Theory]
    [InlineData("1234567890", "1234567890")]
    [InlineData("+5", "x5")]
    [InlineData(" 5", "x5")]
    [InlineData("5,6", "5x6")]
    [InlineData("\u00B2", "x")]
    [InlineData("", "")]
    public void A_length_keeps_its_digits_and_nothing_else(string bytes, string decoded) =>
        Assert.Equal(decoded, ContentLengthEncoding.Instance.GetString(Encoding.Latin1.GetBytes(bytes)));

    [Fact]
    public void A_length_that_is_too_long_fills_all_places_and_throws_nothing()
    {
        Span<char> places = stackalloc char[20];
        Assert.Equal(20, ContentLengthEncoding.Instance.GetChars(Encoding.Latin1.GetBytes(new string('1', 500)), places));
        Assert.Equal(new string('1', 20), places.ToString());
    }

    [Theory]
    [InlineData("keep-alive", "keep-alive")]
    [InlineData("close", "close")]
    [InlineData("Upgrade, HTTP2-Settings", "Upgrade, HTTP2-Settings")]
    [InlineData("TE,\tClose , ,", "TE,\tClose , ,")]
    [InlineData("", "")]
    [InlineData("X-Secret", "keep-alive, close, X-Secret")]
    [InlineData("close, X\u00FF", "keep-alive, close, close, X\u00FF")]
    public void A_Connection_that_names_headers_says_so_in_a_way_that_Kestrel_keeps(string bytes, string decoded) =>
        Assert.Equal(decoded, ConnectionEncoding.Instance.GetString(Encoding.Latin1.GetBytes(bytes)));
}
