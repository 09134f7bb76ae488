using System.Text.Json;
using Weir.Farm.Model;

namespace Weir.Farm.Tests.Model;

public sealed class ApacheNumberTests
{
    [Theory]
    [InlineData("25", 25)]
    [InlineData("25x", 25)]
    [InlineData("abc", 0)]
    [InlineData("", 0)]
    [InlineData("-3", -3)]
    [InlineData("+7", 7)]
    [InlineData("  8", 8)]
    [InlineData("1e3", 1)]
    [InlineData("0x10", 0)]
    [InlineData("99999999999", 1215752191)]
    [InlineData("99999999999999999999999", -1)]
    [InlineData("-99999999999999999999999", 0)]
    public void Text_reads_as_C_atoi_reads_it(string text, int value) => Assert.Equal(value, new ApacheNumber(text).Value);

    [Theory]
    [InlineData("25", "25")]
    [InlineData("25x", "\"25x\"")]
    [InlineData("007", "\"007\"")]
    public void A_plain_number_is_a_JSON_number_and_other_text_a_string(string text, string json)
    {
        Assert.Equal(json, JsonSerializer.Serialize(new ApacheNumber(text)));
        Assert.Equal(text, JsonSerializer.Deserialize<ApacheNumber>(json).Text);
    }
}
