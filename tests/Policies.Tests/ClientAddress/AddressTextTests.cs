using System.Net;
using System.Net.Sockets;
using Weir.Policies.ClientAddress;

namespace Weir.Policies.Tests.ClientAddress;

public class AddressTextTests
{
    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::")]
    [InlineData("::2:3:4:5:6:7:8")]
    [InlineData("1::8")]
    [InlineData("1:2::7:8")]
    [InlineData("2001:DB8::AbCd")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("::192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.1")]
    [InlineData("1:2:3:4:5:6:192.0.2.1")]
    public void IPv6_is_read_as_RFC_4291_writes_it(string text)
    {
        Assert.True(AddressText.TryParse(text, out var address));
        Assert.Equal(PlainAddress.Of(IPAddress.Parse(text)), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("+1::")]
    [InlineData(" 1::")]
    [InlineData("::1 ")]
    [InlineData("1:2:3:4:5:6:7:192.0.2.1")]
    [InlineData("::192.0.2")]
    [InlineData("::192.0.2.1:1")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("01.2.3.4")]
    [InlineData("0x1.2.3.4")]
    [InlineData("256.2.3.4")]
    [InlineData("1.2.3.")]
    [InlineData("1.2.3.4:")]
    [InlineData("1.2.3.4:123456")]
    [InlineData("1.2.3.4:x")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[::1")]
    [InlineData("[::1]80")]
    [InlineData("[::1]:")]
    [InlineData("::1%")]
    [InlineData("１.2.3.4")]
    public void Everything_else_is_no_address(string text) => Assert.False(AddressText.TryParse(text, out _));

    [Fact]
    public void Every_address_survives_being_written_and_read()
    {
        var random = new Random(7);
        var bytes = new byte[16];
        for (var i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            // Runs of zeros, which are what is shortened.
            bytes.AsSpan(random.Next(16), 0).Clear();
            var from = random.Next(16);
            bytes.AsSpan(from, random.Next(16 - from)).Clear();
            var address = new IPAddress(bytes);
            Assert.True(AddressText.TryParse(address.ToString(), out var read), address.ToString());
            Assert.Equal(PlainAddress.Of(address), read);
            Assert.True(AddressText.TryParse($"[{address}]:443", out read));
            Assert.Equal(address, read.IsV4 ? read.ToIPAddress().MapToIPv6() : read.ToIPAddress());
            var four = new IPAddress(bytes.AsSpan(0, 4));
            Assert.True(AddressText.TryParse(four.ToString(), out read));
            Assert.Equal(four, read.ToIPAddress());
        }
    }

    [Fact]
    public void Nothing_is_taken_that_the_framework_does_not_take_too()
    {
        var random = new Random(8);
        const string letters = "0123456789abcdef:::...";
        for (var i = 0; i < 200_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(2, 20)).Select(_ => letters[random.Next(letters.Length)])]);
            if (!AddressText.TryParse(text, out var address))
                continue;
            // Ports are ours to drop; the framework knows them only behind brackets.
            var bare = text.Count(c => c == ':') == 1 ? text[..text.IndexOf(':', StringComparison.Ordinal)] : text;
            Assert.True(IPAddress.TryParse(bare, out var same), text);
            Assert.Equal(PlainAddress.Of(same!), address);
            Assert.True(same!.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6);
        }
    }
}
