using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.State;

namespace Weir.Policies.Tests.State;

public sealed class BanWireTests
{
    private const string Details = """{"jail":"a","reason":"b","count":1,"direct":true}""";

    [Theory]
    [InlineData("r 1 0 -1 192.0.2.1/32 " + Details)]
    [InlineData("r 1 5 100 2001:db8::/64 " + Details)]
    [InlineData("r 0 5 100 10.0.0.0/8 {}")]
    public void What_is_right_is_read(string message) => Assert.NotNull(BanWire.Message(Encoding.UTF8.GetBytes(message), out _));

    [Theory]
    [InlineData("")]
    [InlineData("r")]
    [InlineData(" 1 0 -1 192.0.2.1/32 " + Details)]
    [InlineData("r 2 0 -1 192.0.2.1/32 " + Details)]
    [InlineData("r 1 x -1 192.0.2.1/32 " + Details)]
    [InlineData("r 1 -5 -1 192.0.2.1/32 " + Details)]
    [InlineData("r 1 0 -2 192.0.2.1/32 " + Details)]
    [InlineData("r 1 0 9223372036854775807 192.0.2.1/32 " + Details)]
    [InlineData("r 1 0 -1 0.0.0.0/0 " + Details)]
    [InlineData("r 1 0 -1 10.0.0.0/7 " + Details)]
    [InlineData("r 1 0 -1 ::/0 " + Details)]
    [InlineData("r 1 0 -1 ::ffff:10.0.0.0/104 " + Details)]
    [InlineData("r 1 0 -1 nonsense " + Details)]
    [InlineData("r 1 0 -1 192.0.2.1/32 {}")]
    [InlineData("r 1 0 -1 192.0.2.1/32 []")]
    [InlineData("r 1 0 -1 192.0.2.1/32 {")]
    [InlineData("""r 1 0 -1 192.0.2.1/32 {"jail":"","reason":"b","count":1,"direct":true}""")]
    [InlineData("""r 1 0 -1 192.0.2.1/32 {"jail":"a","reason":"b\n","count":1,"direct":true}""")]
    [InlineData("""r 1 0 -1 192.0.2.1/32 {"jail":"a","reason":"b","count":0,"direct":true}""")]
    [InlineData("""r 1 0 -1 192.0.2.1/32 {"jail":"a","reason":"b","count":1e9999,"direct":true}""")]
    [InlineData("""r 1 0 -1 192.0.2.1/32 {"jail":"a","reason":"b","count":1,"direct":1}""")]
    [InlineData("""r 1 0 -1 192.0.2.1/32 {"jail":7,"reason":"b","count":1,"direct":true}""")]
    public void What_is_wrong_is_refused(string message) => Assert.Null(BanWire.Message(Encoding.UTF8.GetBytes(message), out _));

    [Fact]
    public void Details_travel_whole_and_their_control_characters_do_not()
    {
        var json = BanWire.Json(new BanDetails("jail", "“line” \n two " + new string('é', 400), 3, false));
        var read = BanWire.Message(new byte[][] { "r 1 0 -1 192.0.2.1/32 "u8.ToArray(), json }.SelectMany(b => b).ToArray(), out _);

        Assert.Equal(("jail", 256, 3, false), (read!.Value.Details.Jail, read.Value.Details.Reason.Length, read.Value.Details.Count, read.Value.Details.IsDirect));
        Assert.StartsWith("“line” ? two ", read.Value.Details.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_sent_makes_the_reader_throw() =>
        Prop.ForAll(Gen.Elements("r 1 0 -1 192.0.2.1/32 {\"jail:,}[]\\u\ud800".ToCharArray()).ArrayOf(50).ToArbitrary(), text =>
        {
            var bytes = Encoding.UTF8.GetBytes("r 1 0 -1 192.0.2.1/32 " + new string(text));
            BanWire.Message(bytes, out _);
            BanWire.Message(bytes.AsMemory(22), out _);
            BanWire.Entry("192.0.2.1/32"u8, bytes, 0);
        }).QuickCheckThrowOnFailure();
}
