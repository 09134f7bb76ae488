using System.Text;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Tests.Http1;

public sealed class ResponseFramingTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5)]
    [InlineData("005", 5)]
    [InlineData("999999999999999999", 999_999_999_999_999_999)]
    public void A_plain_number_is_the_length(string value, long length)
    {
        var (kind, told, fault) = Resolve($"Content-Length: {value}");
        Assert.Equal((length == 0 ? BodyKind.None : BodyKind.Length, length, ResponseFault.None), (kind, told, fault));
    }

    [Theory]
    [InlineData("Content-Length: ")]
    [InlineData("Content-Length: +5")]
    [InlineData("Content-Length: -5")]
    [InlineData("Content-Length: 0x5")]
    [InlineData("Content-Length: 5 5")]
    [InlineData("Content-Length: 5, 5")]
    [InlineData("Content-Length: 5,6")]
    [InlineData("Content-Length: 5.0")]
    [InlineData("Content-Length: 1e3")]
    [InlineData("Content-Length: \u0665")]
    [InlineData("Content-Length: 1000000000000000000")]
    [InlineData("Content-Length: 18446744073709551621")]
    [InlineData("Content-Length: 5|Content-Length: 6")]
    [InlineData("Content-Length: 6|Content-Length: 5|Content-Length: 5")]
    public void Any_other_length_and_lengths_that_differ_are_refused(string headers) =>
        Assert.Equal(ResponseFault.ContentLength, Resolve(headers).Fault);

    [Fact]
    public void The_same_length_twice_is_one_length() =>
        Assert.Equal((BodyKind.Length, 5L, ResponseFault.None), Resolve("Content-Length: 5|Content-Length: 5"));

    [Theory]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: Chunked")]
    public void Chunked_is_the_one_transfer_coding(string headers) =>
        Assert.Equal((BodyKind.Chunked, 0L, ResponseFault.None), Resolve(headers));

    [Theory]
    [InlineData("Transfer-Encoding: chunked, chunked")]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Transfer-Encoding: identity")]
    [InlineData("Transfer-Encoding: ")]
    [InlineData("Transfer-Encoding: xchunked")]
    [InlineData("Transfer-Encoding: chunked;q=1")]
    [InlineData("Transfer-Encoding: chunked|Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: gzip|Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked|Content-Length: 5")]
    [InlineData("Content-Length: 5|Transfer-Encoding: chunked")]
    [InlineData("Content-Length: 0|Transfer-Encoding: chunked")]
    public void What_two_readers_could_frame_differently_is_refused(string headers) =>
        Assert.Equal(ResponseFault.TransferEncoding, Resolve(headers).Fault);

    [Fact]
    public void Http_1_0_has_no_chunks() =>
        Assert.Equal(ResponseFault.TransferEncoding, Resolve("Transfer-Encoding: chunked", isHttp10: true).Fault);

    [Fact]
    public void Without_either_the_body_ends_with_the_connection() =>
        Assert.Equal((BodyKind.UntilClose, 0L, ResponseFault.None), Resolve("Date: x"));

    [Theory]
    [InlineData(200, true, "Content-Length: 5")]
    [InlineData(200, true, "Transfer-Encoding: chunked")]
    [InlineData(200, true, "Date: x")]
    [InlineData(204, false, "Content-Length: 5")]
    [InlineData(304, false, "Content-Length: 5")]
    [InlineData(304, false, "Date: x")]
    public void Answers_to_head_and_204_and_304_have_no_body_whatever_they_say(int status, bool isHead, string headers)
    {
        var (kind, length, fault) = Resolve(headers, status, isHead);
        Assert.Equal((BodyKind.None, 0L, ResponseFault.None), (kind, length, fault));
    }

    private static (BodyKind Kind, long Length, ResponseFault Fault) Resolve(string headers, int status = 200, bool isHead = false, bool isHttp10 = false)
    {
        var framing = default(ResponseFraming);
        foreach (var header in headers.Split('|'))
        {
            var value = Encoding.UTF8.GetBytes(header[(header.IndexOf(':') + 2)..]);
            if (header.StartsWith("Content-Length", StringComparison.Ordinal))
                framing.OnContentLength(value);
            else if (header.StartsWith("Transfer-Encoding", StringComparison.Ordinal))
                framing.OnTransferEncoding(value);
        }

        var kind = framing.Resolve(status, isHead, isHttp10, out var length);
        return (kind, length, framing.Fault);
    }
}
