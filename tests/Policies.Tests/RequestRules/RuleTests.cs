using Microsoft.AspNetCore.Http;
using Weir.Policies.RequestRules;

namespace Weir.Policies.Tests.RequestRules;

/// <summary>What the corpus of raw requests does not reach, because the server in front answers first.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("/", null)]
    [InlineData("/a%20b?c=%", null)]
    [InlineData("/?a\\b", null)]
    [InlineData("*", null)]
    [InlineData("http://a/b%20c?d=%2F", null)]
    [InlineData("/a%00", "target_invalid")]
    [InlineData("/a%1F", "target_invalid")]
    [InlineData("/a%7f", "target_invalid")]
    [InlineData("/a%2", "target_invalid")]
    [InlineData("/%41%4", "target_invalid")]
    [InlineData("/a b", "target_invalid")]
    [InlineData("/a\\b", "target_ambiguous")]
    [InlineData("http://a/b%5c", "target_ambiguous")]
    [InlineData("http://a%2e/", "target_ambiguous")]
    [InlineData("http:///a", "target_ambiguous")]
    [InlineData("http://a/#", "target_invalid")]
    [InlineData("mailto:a", "target_invalid")]
    public void A_target_passes_or_says_what_is_wrong(string target, string? reason) =>
        Assert.Equal(reason, TargetRule.Judge(target, hasHost: true)?.Refusal.Reason);

    [Theory]
    [InlineData("a", true)]
    [InlineData("a:65535", true)]
    [InlineData("a:1", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::ffff:192.0.2.1]:443", true)]
    [InlineData("a:65536", false)]
    [InlineData("a:", false)]
    [InlineData("[::1%1]", false)]
    [InlineData("[::1]a", false)]
    [InlineData("[]", false)]
    [InlineData("[", false)]
    [InlineData("a_b", true)]
    [InlineData("xn--nxasmq6b", true)]
    public void A_Host_is_a_name_or_an_address_with_an_optional_port(string host, bool isValid) =>
        Assert.Equal(isValid, HostRule.IsValid(host));

    [Theory]
    [InlineData("chunked", null)]
    [InlineData("Chunked", null)]
    [InlineData("gzip", "transfer_coding")]
    [InlineData("chunked, chunked", "transfer_encoding")]
    [InlineData("chunked;q=1", "transfer_encoding")]
    [InlineData("", "transfer_encoding")]
    public void Only_one_chunked_frames_a_body(string coding, string? reason) =>
        Assert.Equal(reason, FramingRule.Judge(new HeaderDictionary { ["Transfer-Encoding"] = coding }, isHttp10: false)?.Refusal.Reason);

    [Fact]
    public void A_length_beside_it_is_found_wherever_the_server_put_it()
    {
        Assert.Same(RequestFault.LengthAndChunked, FramingRule.Judge(new HeaderDictionary { ["Transfer-Encoding"] = "chunked", ["Content-Length"] = "5" }, false));
        Assert.Same(RequestFault.LengthAndChunked, FramingRule.Judge(new HeaderDictionary { ["Transfer-Encoding"] = "chunked", ["X-Content-Length"] = "5" }, false));
        Assert.Same(RequestFault.TransferEncodingHttp10, FramingRule.Judge(new HeaderDictionary { ["Transfer-Encoding"] = "chunked" }, isHttp10: true));
    }

    [Theory]
    [InlineData("A", "1", "None")]
    [InlineData("A", "\u0080\u00FF\t", "None")]
    [InlineData("A_B", "1", "Underscore")]
    [InlineData("A.B", "1", "Underscore")]
    [InlineData("A B", "1", "BadName")]
    [InlineData("A\r\nB", "1", "BadName")]
    [InlineData("A", "1\r\nB: 2", "BadValue")]
    [InlineData("A", "\0", "BadValue")]
    [InlineData("proxy", "1", "Proxy")]
    [InlineData("Connection", "Close", "OfHttp1")]
    [InlineData("Connection", "Close, A", "Connection, OfHttp1")]
    [InlineData("keep-alive", "1", "OfHttp1")]
    [InlineData("http2-settings", "1", "Upgrade")]
    public void One_look_finds_what_the_rules_are_about(string name, string value, string traits) =>
        Assert.Equal(traits, FieldScan.Of(new HeaderDictionary { [name] = value }).ToString());

    [Fact]
    public void Any_number_of_headers_is_looked_at()
    {
        var headers = new HeaderDictionary();
        for (var i = 0; i < 1000; i++)
            headers[$"H{i}"] = "1";
        headers["Bad Name"] = "1";
        Assert.Equal(FieldTraits.BadName, FieldScan.Of(headers));
    }
}
